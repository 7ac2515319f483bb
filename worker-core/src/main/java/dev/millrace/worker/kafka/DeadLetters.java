package dev.millrace.worker.kafka;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Makes the records of what could not be handled.
record DeadLetters(Outbox outbox, Topics topics, String instance, InstantSource clock) {

    /// A record that is no dispatch, as it stood on the log.
    ProducerRecord<String, byte[]> of(ConsumerRecord<String, byte[]> record, String reason) {
        List<DeadLetterHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new DeadLetterHeader(header.key(), buffer(header.value())));
        }
        return letter(
                record.key() == null ? "" : record.key(),
                DeadLetter.newBuilder()
                        .setStage("worker.decode")
                        .setReason(reason)
                        .setTopic(record.topic())
                        .setPartition(record.partition())
                        .setOffset(record.offset())
                        .setTimestamp(Instant.ofEpochMilli(Math.max(0, record.timestamp())))
                        .setKey(
                                record.key() == null
                                        ? null
                                        : buffer(record.key().getBytes(StandardCharsets.UTF_8)))
                        .setValue(buffer(record.value()))
                        .setHeaders(headers));
    }

    /// A dispatch whose reply has nowhere to go.
    ProducerRecord<String, byte[]> of(TakenDispatch taken, String reason) {
        byte[] key = taken.requestId().getBytes(StandardCharsets.UTF_8);
        return letter(
                taken.dispatch().getRequest().getTenant(),
                DeadLetter.newBuilder()
                        .setStage("worker.reply")
                        .setReason(reason)
                        .setTopic(taken.place().topic())
                        .setPartition(taken.place().partition())
                        .setOffset(taken.offset())
                        .setTimestamp(taken.timestamp())
                        .setKey(ByteBuffer.wrap(key))
                        .setValue(
                                ByteBuffer.wrap(
                                        outbox.bytes(taken.place().topic(), taken.dispatch()))));
    }

    private ProducerRecord<String, byte[]> letter(String key, DeadLetter.Builder letter) {
        return outbox.record(
                topics.deadLetters().name(),
                null,
                key,
                letter.setInstance(instance).setFailedAt(clock.instant()).build());
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
