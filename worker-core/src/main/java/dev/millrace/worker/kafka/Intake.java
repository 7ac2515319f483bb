package dev.millrace.worker.kafka;

import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Lane;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the records of a pool's partitions in: queues those that have to be run, passes over those
/// that were done or are sent twice, and makes dead letters of those that are no dispatch. Belongs
/// to the polling thread.
final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Slots slots;
    private final RunParts parts;
    private final Deserializer<Dispatch> deserializer;
    private final Map<String, Lane> lanes;

    /// @param lanes of the pool's topics
    Intake(
            Slots slots,
            RunParts parts,
            Deserializer<Dispatch> deserializer,
            Map<String, Lane> lanes) {
        this.slots = slots;
        this.parts = parts;
        this.deserializer = deserializer;
        this.lanes = Map.copyOf(lanes);
    }

    boolean isBatch(TopicPartition place) {
        return lanes.get(place.topic()) == Lane.BATCH;
    }

    void take(ConsumerRecord<String, byte[]> record) {
        TopicPartition place = new TopicPartition(record.topic(), record.partition());
        PartitionState state = slots.partitions().get(place);
        if (state == null) {
            return;
        }
        boolean readBack = state.isReadBack(record.offset());
        boolean wanted = !readBack && state.offsets().take(record.offset());
        Dispatch dispatch = decode(record, wanted, state);
        if (dispatch == null) {
            return;
        }
        Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
        boolean first = state.fence().admit(dispatch.getDispatchId(), record.offset(), timestamp);
        if (!wanted) {
            return;
        }
        if (!first) {
            log.info(
                    "event=duplicate_dispatch dispatch={} topic={} offset={}",
                    dispatch.getDispatchId(),
                    record.topic(),
                    record.offset());
            state.offsets().done(record.offset());
            return;
        }
        Header trace = record.headers().lastHeader("traceparent");
        slots.queues()
                .add(
                        new TakenDispatch(
                                place,
                                record.offset(),
                                timestamp,
                                lanes.getOrDefault(record.topic(), Lane.INTERACTIVE),
                                state.owner(),
                                dispatch,
                                trace == null ? null : trace.value(),
                                0,
                                TakenDispatch.Throttling.NONE,
                                Instant.MIN));
    }

    private @Nullable Dispatch decode(
            ConsumerRecord<String, byte[]> record, boolean wanted, PartitionState state) {
        String reason;
        try {
            Dispatch dispatch = deserializer.deserialize(record.topic(), record.value());
            if (dispatch != null) {
                return dispatch;
            }
            reason = "the record has no value";
        } catch (SerializationException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (wanted) {
            bury(record, reason, state);
        }
        return null;
    }

    /// The polling thread does not wait for the log: the offset stays open until the dead letter
    /// stands.
    private void bury(ConsumerRecord<String, byte[]> record, String reason, PartitionState state) {
        log.warn(
                "event=undecodable_dispatch topic={} partition={} offset={} reason=\"{}\"",
                record.topic(),
                record.partition(),
                record.offset(),
                reason);
        ProducerRecord<String, byte[]> letter = parts.deadLetters().of(record, reason);
        Thread.ofVirtual()
                .name("dead-letter")
                .start(() -> {
                    boolean buried;
                    try {
                        buried = parts.outbox().deliver(letter, state::isGone);
                    } catch (Outbox.Undeliverable hopeless) {
                        log.error(
                                "event=dead_letter_undeliverable reason=\"{}\"",
                                hopeless.getMessage());
                        buried = true;
                    } catch (InterruptedException _) {
                        buried = false;
                    }
                    if (buried) {
                        slots.tell(new PoolEvent.Buried(state, record.offset()));
                    }
                });
    }
}
