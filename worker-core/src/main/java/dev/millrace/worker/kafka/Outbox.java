package dev.millrace.worker.kafka;

import dev.millrace.topics.KafkaLog;
import java.io.Serial;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a worker instance's records over one producer. Thread-safe.
final class Outbox implements AutoCloseable {

    /// A record that the log will never take.
    static final class Undeliverable extends Exception {
        @Serial private static final long serialVersionUID = 1;

        Undeliverable(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;

    Outbox(KafkaLog kafka, String instance) {
        this(
                kafka.producer(
                        "worker-" + instance,
                        Map.of("max.block.ms", 10_000, "buffer.memory", 64L * 1024 * 1024)),
                kafka.serdes().serializer());
    }

    /// @param producer is the outbox's from here on
    Outbox(Producer<String, byte[]> producer, Serializer<SpecificRecord> serializer) {
        this.producer = producer;
        this.serializer = serializer;
    }

    /// Makes a record.
    ///
    /// @param partition null leaves it to the key
    ProducerRecord<String, byte[]> record(
            String topic, @Nullable Integer partition, String key, SpecificRecord value) {
        return record(topic, partition, key, value, new RecordHeaders());
    }

    ProducerRecord<String, byte[]> record(
            String topic,
            @Nullable Integer partition,
            String key,
            SpecificRecord value,
            Headers headers) {
        return new ProducerRecord<>(
                topic, partition, key, serializer.serialize(topic, value), headers);
    }

    /// The bytes of a record's value, as they stand on the log.
    byte[] bytes(String topic, SpecificRecord value) {
        return serializer.serialize(topic, value);
    }

    /// Sends and does not wait.
    CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        try {
            producer.send(
                    record,
                    (_, failure) -> {
                        if (failure == null) {
                            acknowledged.complete(null);
                        } else {
                            acknowledged.completeExceptionally(failure);
                        }
                    });
        } catch (KafkaException | IllegalArgumentException | IllegalStateException failure) {
            acknowledged.completeExceptionally(failure);
        }
        return acknowledged;
    }

    /// Sends until the log has acknowledged, however long the log is away.
    ///
    /// @param givenUp looked at while waiting; when true, what was sent may or may not have arrived
    /// @return whether the log acknowledged
    /// @throws Undeliverable if the log refuses the record itself
    /// @throws InterruptedException if interrupted while waiting
    boolean deliver(ProducerRecord<String, byte[]> record, BooleanSupplier givenUp)
            throws Undeliverable, InterruptedException {
        while (!givenUp.getAsBoolean()) {
            CompletableFuture<Void> acknowledged = send(record);
            try {
                if (await(acknowledged, givenUp)) {
                    return true;
                }
            } catch (ExecutionException failed) {
                refuseHopeless(failed.getCause());
                log.warn(
                        "event=send_failed topic={} reason=\"{}\"",
                        record.topic(),
                        String.valueOf(failed.getCause()));
                Thread.sleep(LOOK);
            }
        }
        return false;
    }

    /// Waits for an acknowledgement.
    ///
    /// @return false if given up
    static boolean await(CompletableFuture<Void> acknowledged, BooleanSupplier givenUp)
            throws ExecutionException, InterruptedException {
        while (!givenUp.getAsBoolean()) {
            try {
                acknowledged.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException _) {
                continue;
            }
        }
        return false;
    }

    private static void refuseHopeless(@Nullable Throwable cause) throws Undeliverable {
        switch (cause) {
            case RecordTooLargeException _ -> throw new Undeliverable("the record is too large");
            case InvalidTopicException _ -> throw new Undeliverable("not a topic's name");
            case AuthorizationException _ -> throw new Undeliverable("not allowed to write there");
            case SerializationException _ -> throw new Undeliverable("cannot be serialized");
            case IllegalArgumentException _ -> throw new Undeliverable("no such partition");
            case null, default -> {}
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE);
        serializer.close();
    }
}
