package dev.millrace.accounting.stream;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/// Counts what an operator has to know of, as metrics of the group `stream-accounting-metrics`:
/// `unpriced-total`, `unpriced-rate`, and so on, for each partition.
final class Counters {

    /// What is counted.
    enum Event {
        /// An attempt was charged without a price.
        UNPRICED,
        /// An attempt was charged without its end.
        ABANDONED,
        /// A charge was taken back.
        REVERSED,
        /// A record said what was known already.
        DUPLICATE,
        /// A record was not charged.
        DEAD_LETTER
    }

    private final StreamsMetrics metrics;
    private final Map<Event, Sensor> sensors = new EnumMap<>(Event.class);

    Counters(ProcessingContext context) {
        metrics = context.metrics();
        for (Event event : Event.values()) {
            sensors.put(
                    event,
                    metrics.addRateTotalSensor(
                            "accounting",
                            context.taskId().toString(),
                            event.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            Sensor.RecordingLevel.INFO));
        }
    }

    void count(Event event) {
        Sensor sensor = sensors.get(event);
        if (sensor != null) {
            sensor.record();
        }
    }

    void close() {
        sensors.values().forEach(metrics::removeSensor);
    }
}
