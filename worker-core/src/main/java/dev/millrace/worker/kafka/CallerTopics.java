package dev.millrace.worker.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Knows whether the reply topics of Kafka callers exist, so that no model is paid for an answer
/// that nobody can get. Thread-safe.
final class CallerTopics {
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int NOT_KNOWN = Integer.MAX_VALUE;

    private record Seen(int partitions, Instant at) {}

    private final Admin admin;
    private final InstantSource clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    CallerTopics(Admin admin, InstantSource clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /// Whether a record can be written there. In doubt (the cluster does not answer) it can.
    ///
    /// @param partition -1 for any
    boolean exists(String topic, int partition) throws InterruptedException {
        Seen known = seen.get(topic);
        if (known == null || known.at().plus(FRESH).isBefore(clock.instant())) {
            known = new Seen(ask(topic), clock.instant());
            if (known.partitions() > 0 && known.partitions() != NOT_KNOWN) {
                seen.put(topic, known);
            }
        }
        return partition < known.partitions();
    }

    private int ask(String topic) throws InterruptedException {
        try {
            return admin
                    .describeTopics(Set.of(topic))
                    .allTopicNames()
                    .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .mapToInt(description -> description.partitions().size())
                    .sum();
        } catch (ExecutionException e) {
            boolean missing =
                    e.getCause() instanceof UnknownTopicOrPartitionException
                            || e.getCause() instanceof InvalidTopicException;
            return missing ? -1 : NOT_KNOWN;
        } catch (TimeoutException _) {
            return NOT_KNOWN;
        }
    }
}
