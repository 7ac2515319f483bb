package dev.millrace.worker.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The records that the log has to acknowledge before a dispatch's offset is done. They are sent at
/// once and waited for together. For one thread.
final class Settlement {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    /// How long a caller's own topic may refuse a reply before it is a dead letter.
    private static final Duration CALLERS_PATIENCE = Duration.ofSeconds(30);

    /// Records that stand in one partition in this order.
    private record Pending(
            List<ProducerRecord<String, byte[]>> records,
            CompletableFuture<Void> acknowledged,
            boolean callers) {

        String topic() {
            return records.getFirst().topic();
        }
    }

    private final Outbox outbox;
    private final InstantSource clock;
    private final BooleanSupplier abandoned;
    private final List<Pending> pending = new ArrayList<>(3);

    Settlement(Outbox outbox, InstantSource clock, BooleanSupplier abandoned) {
        this.outbox = outbox;
        this.clock = clock;
        this.abandoned = abandoned;
    }

    /// Sends a record to a topic of ours.
    void add(ProducerRecord<String, byte[]> record) {
        pending.add(new Pending(List.of(record), outbox.send(record), false));
    }

    /// Sends the parts of a whole to a topic of ours. Should one of them fail, all are sent again,
    /// so that a reader finds them in their order at least once.
    void add(List<ProducerRecord<String, byte[]>> parts) {
        CompletableFuture<?>[] sent =
                parts.stream().map(outbox::send).toArray(CompletableFuture<?>[]::new);
        pending.add(new Pending(List.copyOf(parts), CompletableFuture.allOf(sent), false));
    }

    /// Sends a reply to where it goes, which may be a caller's own topic.
    void addReply(ProducerRecord<String, byte[]> record, boolean callers) {
        pending.add(new Pending(List.of(record), outbox.send(record), callers));
    }

    /// Waits until the log has them all, and sends again what it did not take.
    ///
    /// @param undeliverable makes a dead letter of a reply that its topic does not take, with the
    ///   reason
    /// @return false if the run was abandoned before that
    boolean settle(Function<String, ProducerRecord<String, byte[]>> undeliverable)
            throws InterruptedException {
        for (Pending one : pending) {
            if (!settle(one, undeliverable)) {
                return false;
            }
        }
        return true;
    }

    private boolean settle(
            Pending one, Function<String, ProducerRecord<String, byte[]>> undeliverable)
            throws InterruptedException {
        try {
            return Outbox.await(one.acknowledged(), abandoned) || again(one, undeliverable);
        } catch (ExecutionException failed) {
            log.warn(
                    "event=send_failed topic={} reason=\"{}\"",
                    one.topic(),
                    String.valueOf(failed.getCause()));
            return again(one, undeliverable);
        }
    }

    private boolean again(
            Pending one, Function<String, ProducerRecord<String, byte[]>> undeliverable)
            throws InterruptedException {
        Instant giveUpAt = clock.instant().plus(CALLERS_PATIENCE);
        BooleanSupplier givenUp =
                () ->
                        abandoned.getAsBoolean()
                                || (one.callers() && clock.instant().isAfter(giveUpAt));
        try {
            if (deliverAll(one.records(), givenUp)) {
                return true;
            }
            return outbox.deliver(
                    undeliverable.apply("the reply topic does not take the reply"), abandoned);
        } catch (Outbox.Undeliverable refused) {
            return refused(one, String.valueOf(refused.getMessage()), undeliverable);
        }
    }

    private boolean deliverAll(
            List<ProducerRecord<String, byte[]>> records, BooleanSupplier givenUp)
            throws Outbox.Undeliverable, InterruptedException {
        for (ProducerRecord<String, byte[]> record : records) {
            if (!outbox.deliver(record, givenUp)) {
                return false;
            }
        }
        return true;
    }

    private boolean refused(
            Pending one,
            String reason,
            Function<String, ProducerRecord<String, byte[]>> undeliverable)
            throws InterruptedException {
        log.error("event=undeliverable topic={} reason=\"{}\"", one.topic(), reason);
        try {
            return outbox.deliver(undeliverable.apply(reason), abandoned);
        } catch (Outbox.Undeliverable hopeless) {
            log.error("event=dead_letter_undeliverable reason=\"{}\"", hopeless.getMessage());
            return true;
        }
    }
}
