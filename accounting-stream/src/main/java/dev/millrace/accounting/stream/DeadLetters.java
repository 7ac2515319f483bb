package dev.millrace.accounting.stream;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Writes down what is not charged.
final class DeadLetters {

    /// Room for what stands around the record in its dead letter.
    private static final int MARGIN = 64 * 1024;

    private final AccountingLinks links;
    private final int most;

    DeadLetters(AccountingLinks links) {
        this.links = links;
        this.most = links.topics().layout().maxRecordBytes() - MARGIN;
    }

    /// A record that would not fit into its dead letter is named there and left out: it still
    /// stands on its own topic.
    ///
    /// @param place where the record stands
    /// @param stage the step that refused it
    /// @param reason for a person
    DeadLetter letter(
            Record<String, byte[]> record,
            Optional<RecordMetadata> place,
            String stage,
            String reason) {
        byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = record.value();
        List<DeadLetterHeader> headers = new ArrayList<>();
        long size = (key == null ? 0 : key.length) + (value == null ? 0L : value.length);
        for (Header header : record.headers()) {
            byte[] content = header.value();
            size += header.key().length() * 3L + (content == null ? 0 : content.length) + 16;
            headers.add(
                    DeadLetterHeader.newBuilder()
                            .setName(header.key())
                            .setValue(content == null ? null : ByteBuffer.wrap(content))
                            .build());
        }
        boolean fits = size <= most;
        return DeadLetter.newBuilder()
                .setStage(stage)
                .setReason(
                        fits
                                ? reason
                                : reason + " (left out here: the record's " + size + " bytes)")
                .setTopic(place.map(RecordMetadata::topic).orElse(""))
                .setPartition(place.map(RecordMetadata::partition).orElse(-1))
                .setOffset(place.map(RecordMetadata::offset).orElse(-1L))
                .setTimestamp(Instant.ofEpochMilli(record.timestamp()))
                .setKey(fits && key != null ? ByteBuffer.wrap(key) : null)
                .setValue(fits && value != null ? ByteBuffer.wrap(value) : null)
                .setHeaders(fits ? headers : List.of())
                .setInstance(links.instance())
                .setFailedAt(links.clock().instant())
                .build();
    }
}
