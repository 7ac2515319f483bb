package dev.millrace.cli.reading;

import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// Reads stretches of topics, committed records only, without a consumer group. For one thread,
/// whose interruption ends what it waits for. Everything here may throw what Kafka's client throws.
public final class CommittedRecords implements AutoCloseable {

    /// Takes the records, those of a partition in their order.
    @FunctionalInterface
    public interface Taker<E extends Exception> {
        void take(ConsumerRecord<String, byte[]> record) throws E;
    }

    private static final Duration POLL = Duration.ofMillis(500);

    /// Longer than a transaction of the ledger may stay open.
    private static final int MOST_IDLE_POLLS = 60;

    private final Consumer<String, byte[]> consumer;

    public CommittedRecords(KafkaLog log) {
        this.consumer = log.consumer("millrace-cli", Map.of("isolation.level", "read_committed"));
    }

    /// All that a topic has now, a stretch for each partition, by partition.
    ///
    /// @param topic one that exists
    /// @param since leaves out what was written before; null: nothing
    /// @param until leaves out what was written at that time or later; null: nothing
    public List<Stretch> stretches(String topic, @Nullable Instant since, @Nullable Instant until) {
        List<TopicPartition> places =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .sorted((one, other) -> Integer.compare(one.partition(), other.partition()))
                        .toList();
        consumer.assign(places);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(places);
        Map<TopicPartition, Long> end = consumer.endOffsets(places);
        Map<TopicPartition, Long> from = since == null ? first : at(since, end);
        Map<TopicPartition, Long> to = until == null ? end : at(until, end);
        return places.stream()
                .map(place -> {
                    long start =
                            Math.max(first.getOrDefault(place, 0L), from.getOrDefault(place, 0L));
                    long last = Math.min(end.getOrDefault(place, 0L), to.getOrDefault(place, 0L));
                    return new Stretch(place, start, Math.max(start, last));
                })
                .toList();
    }

    /// Reads stretches of different partitions.
    ///
    /// @throws StuckReading if for half a minute nothing comes
    /// @throws InterruptedException if the thread is interrupted
    public <E extends Exception> void read(Collection<Stretch> stretches, Taker<E> taker)
            throws E, InterruptedException {
        Map<TopicPartition, Long> until = new HashMap<>();
        stretches.stream()
                .filter(stretch -> !stretch.isEmpty())
                .forEach(stretch -> until.put(stretch.place(), stretch.until()));
        try {
            consumer.assign(until.keySet());
            stretches.stream()
                    .filter(stretch -> !stretch.isEmpty())
                    .forEach(stretch -> consumer.seek(stretch.place(), stretch.from()));
            readTo(
                    consumer,
                    until,
                    record -> {
                        TopicPartition place =
                                new TopicPartition(record.topic(), record.partition());
                        if (record.offset() < until.getOrDefault(place, 0L)) {
                            taker.take(record);
                        }
                    });
        } catch (InterruptException _) {
            throw new InterruptedException();
        }
    }

    /// Reads from where a consumer stands.
    ///
    /// @param until the offsets to read to; what comes behind them in the same fetch is taken too
    /// @throws StuckReading if for half a minute nothing comes
    public static <E extends Exception> void readTo(
            Consumer<String, byte[]> consumer, Map<TopicPartition, Long> until, Taker<E> taker)
            throws E {
        int idle = 0;
        while (until.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            int read = 0;
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                read++;
                taker.take(record);
            }
            idle = read > 0 ? 0 : idle + 1;
            if (idle > MOST_IDLE_POLLS) {
                throw stuck(until.keySet());
            }
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    private static StuckReading stuck(Collection<TopicPartition> places) {
        return new StuckReading(
                places.stream()
                                .map(TopicPartition::topic)
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", "))
                        + " cannot be read to the end: nothing came for "
                        + POLL.multipliedBy(MOST_IDLE_POLLS).toSeconds()
                        + " s; a transaction may have been open for that long");
    }

    /// The offsets of the first records that were written at a time or later.
    private Map<TopicPartition, Long> at(Instant time, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found =
                new HashMap<>(
                        consumer.offsetsForTimes(
                                ends.keySet().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(),
                                                        _ -> time.toEpochMilli()))));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        ends.forEach((place, end) -> {
            OffsetAndTimestamp offset = found.get(place);
            offsets.put(place, offset == null ? end : offset.offset());
        });
        return offsets;
    }
}
