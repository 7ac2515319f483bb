package dev.millrace.bench.ledger;

import dev.millrace.schemas.Attempt;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/// Puts attempts on the log, each as a STARTED and an ENDED, with 256 calls under way at any time.
final class Backlog {

    private static final int UNDER_WAY = 256;

    /// Time goes on from the first attempt to the last, which are so long apart at most.
    private static final long LONGEST_MILLIS = 600_000;

    private static final Map<String, Object> BULK =
            Map.of("linger.ms", 20, "batch.size", 256 * 1024, "buffer.memory", 64 << 20);

    private Backlog() {}

    /// Returns when all are acknowledged.
    static void put(KafkaLog log, long attempts, Instant now) {
        ProviderCalls calls = new ProviderCalls(Duration.ofSeconds(1));
        long millis = Math.min(attempts / 10, LONGEST_MILLIS);
        Instant begin = now.minusMillis(millis);
        try (Producer<String, byte[]> producer = log.producer("backlog", BULK);
                Serializer<Attempt> serializer = log.serdes().serializer()) {
            Queue<Attempt> open = new ArrayDeque<>();
            for (long i = 0; i < attempts; i++) {
                Attempt started = calls.started(begin.plusMillis(i * millis / attempts));
                send(log, producer, serializer, started);
                open.add(started);
                if (open.size() > UNDER_WAY) {
                    send(log, producer, serializer, calls.ended(open.remove()));
                }
            }
            for (Attempt started : open) {
                send(log, producer, serializer, calls.ended(started));
            }
        }
    }

    private static void send(
            KafkaLog log,
            Producer<String, byte[]> producer,
            Serializer<Attempt> serializer,
            Attempt attempt) {
        String topic = log.topics().attempts().name();
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                topic, attempt.getTenant(), serializer.serialize(topic, attempt)));
    }
}
