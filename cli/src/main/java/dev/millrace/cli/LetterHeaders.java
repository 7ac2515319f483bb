package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import dev.millrace.schemas.ReplyAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// The key and the headers of the record in a dead letter.
final class LetterHeaders {

    private static final String REPLY_TOPIC = "kafka_replyTopic";
    private static final String REPLY_PARTITION = "kafka_replyPartition";
    private static final String CORRELATION = "kafka_correlationId";
    private static final String TRACE = "traceparent";

    /// What the router tells itself.
    private static final Set<String> INTERNAL = Set.of("millrace-forwarded");

    private LetterHeaders() {}

    /// The record's key; empty where it has none.
    static String key(DeadLetter letter) {
        ByteBuffer key = letter.getKey();
        return key == null ? "" : UTF_8.decode(key.duplicate()).toString();
    }

    /// All headers, as they were.
    static Headers all(DeadLetter letter) {
        RecordHeaders headers = new RecordHeaders();
        for (DeadLetterHeader header : letter.getHeaders()) {
            headers.add(header.getName(), value(header));
        }
        return headers;
    }

    /// The headers of a request that starts anew: without the internal ones, and with the address
    /// of a Kafka caller, which a dispatch has in its value.
    static Headers ofRequest(DeadLetter letter, @Nullable ReplyAddress replyTo) {
        Headers headers = all(letter);
        INTERNAL.forEach(headers::remove);
        if (replyTo == null || headers.lastHeader(REPLY_TOPIC) != null) {
            return headers;
        }
        headers.add(REPLY_TOPIC, replyTo.getTopic().getBytes(UTF_8));
        Integer partition = replyTo.getPartition();
        if (partition != null) {
            headers.add(
                    REPLY_PARTITION, ByteBuffer.allocate(Integer.BYTES).putInt(partition).array());
        }
        ByteBuffer correlation = replyTo.getCorrelationId();
        if (correlation != null) {
            headers.add(CORRELATION, LetterValues.bytes(correlation));
        }
        return headers;
    }

    /// A header for a person. What others than Spring Kafka and we put there may be content: its
    /// length has to do.
    static String phrase(DeadLetterHeader header) {
        byte[] value = value(header);
        if (value == null) {
            return header.getName();
        }
        String shown =
                switch (header.getName()) {
                    case REPLY_TOPIC, TRACE -> new String(value, UTF_8);
                    case REPLY_PARTITION ->
                            value.length == Integer.BYTES
                                    ? Integer.toString(ByteBuffer.wrap(value).getInt())
                                    : HexFormat.of().formatHex(value);
                    case CORRELATION -> HexFormat.of().formatHex(value);
                    default -> "(" + value.length + " bytes)";
                };
        return header.getName() + " " + shown;
    }

    private static byte @Nullable [] value(DeadLetterHeader header) {
        ByteBuffer value = header.getValue();
        return value == null ? null : LetterValues.bytes(value);
    }
}
