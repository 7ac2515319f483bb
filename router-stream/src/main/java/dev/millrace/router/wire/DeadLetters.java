package dev.millrace.router.wire;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Writes down what could not be handled.
final class DeadLetters {

    private final WireLinks links;
    private final long longest;

    DeadLetters(WireLinks links) {
        this.links = links;
        this.longest = Wire.longestRecord(links.topics());
    }

    /// A record that does not fit into its dead letter is named there and left out: it still stands
    /// on its own topic.
    ///
    /// @param place where the record stands; null where it was never written
    DeadLetter letter(
            Record<String, byte[]> record,
            @Nullable RecordMetadata place,
            String stage,
            String reason) {
        byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = record.value();
        long size = length(key) + length(value);
        for (Header header : record.headers()) {
            size += 3L * header.key().length() + length(header.value()) + 16;
        }
        DeadLetter.Builder letter =
                DeadLetter.newBuilder()
                        .setStage(stage)
                        .setReason(reason)
                        .setTopic(place == null ? "" : place.topic())
                        .setPartition(place == null ? -1 : place.partition())
                        .setOffset(place == null ? -1 : place.offset())
                        .setTimestamp(Instant.ofEpochMilli(Math.max(0, record.timestamp())))
                        .setInstance(links.instance())
                        .setFailedAt(links.clock().instant());
        if (size > longest) {
            return letter.setReason(reason + " (left out here: the record's " + size + " bytes)")
                    .build();
        }
        return letter.setKey(buffer(key))
                .setValue(buffer(value))
                .setHeaders(headers(record))
                .build();
    }

    private static List<DeadLetterHeader> headers(Record<String, byte[]> record) {
        List<DeadLetterHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(
                    DeadLetterHeader.newBuilder()
                            .setName(header.key())
                            .setValue(buffer(header.value()))
                            .build());
        }
        return headers;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
