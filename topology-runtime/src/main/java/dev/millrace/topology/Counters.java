package dev.millrace.topology;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/// Counts what an operator has to know of, as metrics of the group `stream-<scope>-metrics`:
/// `<event>-total` and `<event>-rate`, for each partition. One for each processor instance: not
/// thread-safe.
///
/// @param <E> what is counted
public final class Counters<E extends Enum<E>> {

    private final StreamsMetrics metrics;
    private final Map<E, Sensor> sensors;

    public Counters(ProcessingContext context, String scope, Class<E> events) {
        metrics = context.metrics();
        sensors = new EnumMap<>(events);
        for (E event : events.getEnumConstants()) {
            sensors.put(
                    event,
                    metrics.addRateTotalSensor(
                            scope,
                            context.taskId().toString(),
                            event.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            Sensor.RecordingLevel.INFO));
        }
    }

    public void count(E event) {
        Sensor sensor = sensors.get(event);
        if (sensor != null) {
            sensor.record();
        }
    }

    public void close() {
        sensors.values().forEach(metrics::removeSensor);
    }
}
