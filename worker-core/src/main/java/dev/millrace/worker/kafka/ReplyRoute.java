package dev.millrace.worker.kafka;

import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Where the replies to a dispatch go.
///
/// @param partition null leaves it to the key
/// @param correlationId returned to a Kafka caller as it came; null without one
/// @param traceparent goes with every reply; null without one
/// @param caller whether it is a Kafka caller's own topic and not ours
record ReplyRoute(
        String topic,
        @Nullable Integer partition,
        byte @Nullable [] correlationId,
        byte @Nullable [] traceparent,
        boolean caller) {

    /// The ingress instance's partition, or the Kafka caller's topic; empty if the request names
    /// neither.
    static Optional<ReplyRoute> of(TakenDispatch taken, Topics topics) {
        Dispatch dispatch = taken.dispatch();
        Integer ingress = dispatch.getRequest().getIngressPartition();
        if (ingress != null) {
            return Optional.of(ingress(taken, ingress, topics));
        }
        ReplyAddress address = dispatch.getReplyTo();
        if (address == null) {
            return Optional.empty();
        }
        ByteBuffer correlation = address.getCorrelationId();
        return Optional.of(
                new ReplyRoute(
                        address.getTopic(),
                        address.getPartition(),
                        correlation == null ? null : Wire.bytes(correlation),
                        taken.traceparent(),
                        true));
    }

    /// The ingress instance's partition; empty if the request names none that there is.
    static Optional<ReplyRoute> ofIngress(TakenDispatch taken, Topics topics) {
        return Optional.ofNullable(taken.dispatch().getRequest().getIngressPartition())
                .map(partition -> ingress(taken, partition, topics))
                .filter(route -> route.isOurPartition(topics));
    }

    private static ReplyRoute ingress(TakenDispatch taken, int partition, Topics topics) {
        return new ReplyRoute(topics.replies().name(), partition, null, taken.traceparent(), false);
    }

    /// Why nothing can be written there; empty if it can.
    Optional<String> obstacle(Topics topics, CallerTopics callerTopics)
            throws InterruptedException {
        if (!caller) {
            return isOurPartition(topics)
                    ? Optional.empty()
                    : Optional.of("no reply partition " + partition);
        }
        if (topics.isOurs(topic)) {
            return Optional.of("the reply topic " + topic + " is not a caller's");
        }
        if (partition != null && partition < 0) {
            return Optional.of("no partition " + partition + " of a reply topic");
        }
        return callerTopics.exists(topic, partition == null ? -1 : partition)
                ? Optional.empty()
                : Optional.of("the reply topic or its partition does not exist: " + topic);
    }

    private boolean isOurPartition(Topics topics) {
        return partition != null && partition >= 0 && partition < topics.layout().replyPartitions();
    }

    Headers headers() {
        RecordHeaders headers = new RecordHeaders();
        if (correlationId != null) {
            headers.add("kafka_correlationId", correlationId);
        }
        if (traceparent != null) {
            headers.add("traceparent", traceparent);
        }
        return headers;
    }
}
