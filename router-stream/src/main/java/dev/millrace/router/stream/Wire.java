package dev.millrace.router.stream;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// What the topology writes, in the form that leaves it. One for each processor instance: not
/// thread-safe, as the processors are not.
///
/// @param <V> the class of the records that come in
final class Wire<V extends SpecificRecord> {

    private static final String TRACE = "traceparent";
    private static final String CORRELATION = "kafka_correlationId";

    private final Topics topics;
    private final ReplyTopics replyTopics;
    private final InstantSource clock;
    private final String instance;
    private final Deserializer<V> deserializer;
    private final Serializer<SpecificRecord> serializer;
    private final ProcessorContext<String, Outgoing> context;

    Wire(Topic<V> incoming, RouterLinks links, ProcessorContext<String, Outgoing> context) {
        RecordSerdes serdes = links.serdes();
        this.topics = links.topics();
        this.replyTopics = links.replyTopics();
        this.clock = links.clock();
        this.instance = links.instance();
        this.deserializer = serdes.deserializer(incoming.value());
        this.serializer = serdes.serializer();
        this.context = context;
    }

    Instant now() {
        return clock.instant();
    }

    /// Decodes a record; an undecodable one becomes a dead letter.
    Optional<V> decode(Record<String, byte[]> record) {
        if (record.value() == null) {
            deadLetter(record, "router.decode", "the record has no value");
            return Optional.empty();
        }
        try {
            return Optional.of(deserializer.deserialize("", record.value()));
        } catch (SerializationException e) {
            deadLetter(record, "router.decode", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    void dispatch(Record<String, byte[]> cause, Dispatch dispatch) {
        Lane lane = dispatch.getRequest().getLane() == Lane.BATCH ? Lane.BATCH : Lane.INTERACTIVE;
        Topic<Dispatch> topic = topics.dispatches(dispatch.getProvider(), lane);
        forward(
                cause,
                dispatch.getRequest().getRequestId().toString(),
                topic.name(),
                null,
                dispatch,
                traceOf(cause));
    }

    /// Writes the record again as it came, to the partition of its key.
    void forwardTo(Topic<?> topic, String key, Record<String, byte[]> record) {
        context.forward(
                new Record<>(
                        key,
                        new Outgoing(topic.name(), null, record.value()),
                        record.timestamp(),
                        record.headers()));
    }

    /// Answers a request that is not served. Where there is nobody to answer, or no such topic, the
    /// record is a dead letter.
    void fail(
            Record<String, byte[]> cause,
            UUID requestId,
            @Nullable Integer ingressPartition,
            @Nullable ReplyAddress address,
            Failure failure,
            int hop,
            int attempts) {
        Reply reply =
                Reply.newBuilder()
                        .setRequestId(requestId)
                        .setHop(hop)
                        .setFence(0)
                        .setAttempt(0)
                        .setSequence(0)
                        .setKind(ReplyKind.FAILED)
                        .setFailure(failure)
                        .setAttempts(attempts)
                        .build();
        if (ingressPartition != null) {
            if (ingressPartition < 0 || ingressPartition >= topics.layout().replyPartitions()) {
                deadLetter(
                        cause, "router.reply", "there is no reply partition " + ingressPartition);
                return;
            }
            forward(
                    cause,
                    requestId.toString(),
                    topics.replies().name(),
                    ingressPartition,
                    reply,
                    traceOf(cause));
            return;
        }
        if (address == null) {
            deadLetter(cause, "router.reply", "nobody to reply to: " + failure.getMessage());
            return;
        }
        int partitions = replyTopics.partitions(address.getTopic());
        Integer partition = address.getPartition();
        if (partitions == 0 || (partition != null && (partition < 0 || partition >= partitions))) {
            deadLetter(
                    cause,
                    "router.reply",
                    "the reply topic or its partition does not exist: " + address.getTopic());
            return;
        }
        Headers headers = traceOf(cause);
        ByteBuffer correlation = address.getCorrelationId();
        if (correlation != null) {
            headers.add(CORRELATION, bytes(correlation));
        }
        forward(cause, requestId.toString(), address.getTopic(), partition, reply, headers);
    }

    void deadLetter(Record<String, byte[]> record, String stage, String reason) {
        RecordMetadata place = context.recordMetadata().orElse(null);
        List<DeadLetterHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(
                    DeadLetterHeader.newBuilder()
                            .setName(header.key())
                            .setValue(
                                    header.value() == null ? null : ByteBuffer.wrap(header.value()))
                            .build());
        }
        DeadLetter letter =
                DeadLetter.newBuilder()
                        .setStage(stage)
                        .setReason(reason)
                        .setTopic(place == null ? "" : place.topic())
                        .setPartition(place == null ? -1 : place.partition())
                        .setOffset(place == null ? -1 : place.offset())
                        .setTimestamp(Instant.ofEpochMilli(Math.max(0, record.timestamp())))
                        .setKey(
                                record.key() == null
                                        ? null
                                        : ByteBuffer.wrap(
                                                record.key()
                                                        .getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8)))
                        .setValue(record.value() == null ? null : ByteBuffer.wrap(record.value()))
                        .setHeaders(headers)
                        .setInstance(instance)
                        .setFailedAt(now())
                        .build();
        forward(
                record,
                record.key(),
                topics.deadLetters().name(),
                null,
                letter,
                new RecordHeaders());
    }

    void close() {
        deserializer.close();
        serializer.close();
    }

    private void forward(
            Record<String, byte[]> cause,
            @Nullable String key,
            String topic,
            @Nullable Integer partition,
            SpecificRecord value,
            Headers headers) {
        Outgoing outgoing = new Outgoing(topic, partition, serializer.serialize(topic, value));
        context.forward(new Record<>(key, outgoing, Math.max(0, cause.timestamp()), headers));
    }

    private static Headers traceOf(Record<String, byte[]> record) {
        RecordHeaders headers = new RecordHeaders();
        Header trace = record.headers().lastHeader(TRACE);
        if (trace != null) {
            headers.add(trace);
        }
        return headers;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.duplicate().get(array);
        return array;
    }
}
