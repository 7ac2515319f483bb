package dev.millrace.router.wire;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
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

/// Decodes what a topology reads and encodes what it writes. One for each processor instance: not
/// thread-safe, as the processors are not.
///
/// @param <V> the class of the records that come in
public final class Wire<V extends SpecificRecord> {

    private static final String TRACE = "traceparent";
    private static final String CORRELATION = "kafka_correlationId";

    /// Room for what is put around a record's content when it is written again in another form.
    private static final int MARGIN = 64 * 1024;

    private final String service;
    private final Topic<V> incoming;
    private final WireLinks links;
    private final DeadLetters deadLetters;
    private final Deserializer<V> deserializer;
    private final Serializer<SpecificRecord> serializer;
    private final ProcessorContext<String, Outgoing> context;

    /// @param service the first word of the dead letters' stages
    public Wire(
            String service,
            Topic<V> incoming,
            WireLinks links,
            ProcessorContext<String, Outgoing> context) {
        this.service = service;
        this.incoming = incoming;
        this.links = links;
        this.deadLetters = new DeadLetters(links);
        this.deserializer = links.serdes().deserializer(incoming.value());
        this.serializer = links.serdes().serializer();
        this.context = context;
    }

    /// The longest record that can be written again in another form, in bytes.
    public static long longestRecord(Topics topics) {
        int most = topics.layout().maxRecordBytes();
        return Math.max(most - MARGIN, most / 2);
    }

    public Topics topics() {
        return links.topics();
    }

    public Instant now() {
        return links.clock().instant();
    }

    /// Decodes a record; an undecodable one becomes a dead letter.
    public Optional<V> decode(Record<String, byte[]> record) {
        if (record.value() == null) {
            deadLetter(record, "decode", "the record has no value");
            return Optional.empty();
        }
        try {
            return Optional.of(deserializer.deserialize(incoming.name(), record.value()));
        } catch (SerializationException e) {
            deadLetter(record, "decode", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// Writes a record.
    ///
    /// @param cause the record whose trace goes along
    /// @param partition null leaves it to the key
    /// @param value null for a tombstone
    public void forward(
            Record<String, byte[]> cause,
            @Nullable String key,
            String topic,
            @Nullable Integer partition,
            @Nullable SpecificRecord value) {
        forward(cause, key, topic, partition, value, traceOf(cause));
    }

    /// Writes the record again as it came, to the partition of its key.
    public void forwardAsItCame(Record<String, byte[]> record, String key, Topic<?> topic) {
        context.forward(
                new Record<>(
                        key,
                        new Outgoing(topic.name(), null, record.value()),
                        record.timestamp(),
                        record.headers()));
    }

    /// Whether a Kafka caller has its topic and its partition there.
    public boolean reaches(ReplyAddress address) {
        int partitions = links.replyTopics().partitions(address.getTopic());
        Integer partition = address.getPartition();
        return partitions > 0 && (partition == null || (partition >= 0 && partition < partitions));
    }

    /// Answers a Kafka caller that [#reaches(ReplyAddress)] found.
    public void reply(Record<String, byte[]> cause, ReplyAddress address, Reply reply) {
        Headers headers = traceOf(cause);
        ByteBuffer correlation = address.getCorrelationId();
        if (correlation != null) {
            byte[] bytes = new byte[correlation.remaining()];
            correlation.duplicate().get(bytes);
            headers.add(CORRELATION, bytes);
        }
        forward(
                cause,
                reply.getRequestId().toString(),
                address.getTopic(),
                address.getPartition(),
                reply,
                headers);
    }

    /// Writes down that a record could not be handled.
    ///
    /// @param step the second word of the letter's stage
    /// @param reason for a person; quotes no content
    public void deadLetter(Record<String, byte[]> record, String step, String reason) {
        DeadLetter letter = deadLetters.letter(record, place(), service + "." + step, reason);
        String key = letter.getKey() == null ? null : record.key();
        forward(
                record,
                key,
                links.topics().deadLetters().name(),
                null,
                letter,
                new RecordHeaders());
    }

    public void close() {
        deserializer.close();
        serializer.close();
    }

    /// Where the record stands that is being processed; null where the clock is the cause, for
    /// which Streams has metadata that name no topic.
    private @Nullable RecordMetadata place() {
        RecordMetadata place = context.recordMetadata().orElse(null);
        return place == null || place.topic() == null ? null : place;
    }

    private void forward(
            Record<String, byte[]> cause,
            @Nullable String key,
            String topic,
            @Nullable Integer partition,
            @Nullable SpecificRecord value,
            Headers headers) {
        byte[] bytes = value == null ? null : serializer.serialize(topic, value);
        context.forward(
                new Record<>(
                        key,
                        new Outgoing(topic, partition, bytes),
                        Math.max(0, cause.timestamp()),
                        headers));
    }

    private static Headers traceOf(Record<String, byte[]> record) {
        RecordHeaders headers = new RecordHeaders();
        Header trace = record.headers().lastHeader(TRACE);
        if (trace != null) {
            headers.add(trace);
        }
        return headers;
    }
}
