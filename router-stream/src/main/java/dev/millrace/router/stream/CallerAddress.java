package dev.millrace.router.stream;

import dev.millrace.schemas.ReplyAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// Reads a Kafka caller's address from the headers that Spring Kafka's `ReplyingKafkaTemplate`
/// sends (`org.springframework.kafka.support.KafkaHeaders`).
final class CallerAddress {

    private CallerAddress() {}

    static Optional<ReplyAddress> of(Headers headers) {
        Header topic = headers.lastHeader("kafka_replyTopic");
        if (topic == null || topic.value() == null) {
            return Optional.empty();
        }
        Header partition = headers.lastHeader("kafka_replyPartition");
        Header correlation = headers.lastHeader("kafka_correlationId");
        return Optional.of(
                ReplyAddress.newBuilder()
                        .setTopic(new String(topic.value(), StandardCharsets.UTF_8))
                        .setPartition(
                                partition == null
                                                || partition.value() == null
                                                || partition.value().length != 4
                                        ? null
                                        : ByteBuffer.wrap(partition.value()).getInt())
                        .setCorrelationId(
                                correlation == null || correlation.value() == null
                                        ? null
                                        : ByteBuffer.wrap(correlation.value()))
                        .build());
    }
}
