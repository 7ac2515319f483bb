package dev.millrace.cli;

import dev.millrace.cli.DeadLetterTopic.Letter;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterResolution;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes what becomes of dead letters, each in a transaction with the record that it is redriven
/// as. Only one can do so at a time: whoever opens one ends the transaction of the one before it,
/// which can write no more. What is read after that is therefore all that was ever written. For one
/// thread.
final class LetterResolver implements AutoCloseable {

    /// One for a cluster, so that commands exclude each other.
    static final String TRANSACTIONAL_ID = "millrace-dead-letters";

    private final KafkaAccess kafka;
    private final InstantSource clock;
    private final Producer<String, byte[]> producer;
    private final Serializer<DeadLetter> serializer;

    private LetterResolver(KafkaAccess kafka, InstantSource clock) {
        this.kafka = kafka;
        this.clock = clock;
        this.serializer = kafka.log().serdes().serializer();
        this.producer =
                kafka.log()
                        .producer(
                                "millrace-cli",
                                Map.of(
                                        "transactional.id",
                                        TRANSACTIONAL_ID,
                                        "max.block.ms",
                                        20_000,
                                        "delivery.timeout.ms",
                                        10_000,
                                        "transaction.timeout.ms",
                                        15_000));
    }

    /// Takes over from any other.
    ///
    /// @throws CommandFailure if the cluster does not let it
    static LetterResolver open(KafkaAccess kafka, InstantSource clock) throws InterruptedException {
        LetterResolver resolver = new LetterResolver(kafka, clock);
        try {
            resolver.producer.initTransactions();
            return resolver;
        } catch (InterruptException _) {
            resolver.close();
            throw new InterruptedException();
        } catch (KafkaException e) {
            resolver.close();
            throw kafka.failure(e);
        }
    }

    /// Writes that a letter is resolved, and the record that it is redriven as: both or neither.
    ///
    /// @param again null drops the letter
    /// @throws CommandFailure if that failed, or may have
    LetterResolution resolve(Letter letter, @Nullable ProducerRecord<String, byte[]> again)
            throws InterruptedException {
        LetterResolution resolution =
                new LetterResolution(
                        again == null
                                ? DeadLetterResolution.DROPPED
                                : DeadLetterResolution.REDRIVEN,
                        clock.instant());
        String topic = kafka.log().topics().deadLetters().name();
        byte[] value = serializer.serialize(topic, record(letter, resolution));
        try {
            producer.beginTransaction();
            if (again != null) {
                producer.send(again);
            }
            producer.send(new ProducerRecord<>(topic, letter.key(), value));
            producer.flush();
        } catch (KafkaException e) {
            throw failure(letter.id(), e);
        }
        commit(letter.id());
        return resolution;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        serializer.close();
    }

    private void commit(long id) throws InterruptedException {
        try {
            producer.commitTransaction();
        } catch (TimeoutException | InterruptException _) {
            throw CommandFailure.of(
                    "Kafka at "
                            + kafka.address()
                            + " did not confirm: whether dead letter "
                            + id
                            + " is resolved, 'millrace dead-letters show "
                            + id
                            + "' tells");
        } catch (KafkaException e) {
            throw failure(id, e);
        }
    }

    private RuntimeException failure(long id, KafkaException e) throws InterruptedException {
        if (e instanceof InterruptException) {
            throw new InterruptedException();
        }
        if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
            return CommandFailure.of(
                    "another command has taken over the dead letters; this one changed nothing of "
                            + id);
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException _) {
            // The cluster aborts it when its time is over.
        }
        Throwable cause = e.getCause() instanceof KafkaException sent ? sent : e;
        return CommandFailure.of(
                "dead letter " + id + " stays as it is: " + kafka.failure(cause).getMessage());
    }

    private static DeadLetter record(Letter letter, LetterResolution resolution) {
        DeadLetter resolved = letter.record();
        return DeadLetter.newBuilder()
                .setStage("cli." + resolution.word())
                .setReason(resolution.word() + " by a person")
                .setTopic(resolved.getTopic())
                .setPartition(resolved.getPartition())
                .setOffset(resolved.getOffset())
                .setTimestamp(resolved.getTimestamp())
                .setHeaders(List.of())
                .setInstance("millrace-cli")
                .setFailedAt(resolution.at())
                .setResolution(resolution.kind())
                .setResolves(letter.id())
                .build();
    }
}
