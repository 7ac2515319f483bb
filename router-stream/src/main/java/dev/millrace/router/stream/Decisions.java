package dev.millrace.router.stream;

import dev.millrace.router.wire.Wire;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.topics.Topic;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Writes what the router decides of a request. Not thread-safe.
final class Decisions {

    private final Wire<?> wire;

    Decisions(Wire<?> wire) {
        this.wire = wire;
    }

    /// Writes the dispatch, and tells the outcome gate of it if the outcome is kept.
    void dispatch(Record<String, byte[]> cause, Dispatch dispatch) {
        InferenceRequest request = dispatch.getRequest();
        Lane lane = request.getLane() == Lane.BATCH ? Lane.BATCH : Lane.INTERACTIVE;
        Topic<Dispatch> topic = wire.topics().dispatches(dispatch.getProvider(), lane);
        wire.forward(cause, request.getRequestId().toString(), topic.name(), null, dispatch);
        if (request.getKept()) {
            tell(cause, KeptEvents.dispatched(dispatch));
        }
    }

    /// Tells the outcome gate.
    void tell(Record<String, byte[]> cause, Completion event) {
        wire.forward(
                cause,
                event.getRequestId().toString(),
                wire.topics().completions().name(),
                null,
                event);
    }

    /// Answers a request that is not served. Where there is nobody to answer, or no such topic, the
    /// record is a dead letter; but a request whose outcome is kept need not have anybody who
    /// waits.
    ///
    /// @param address of a Kafka caller; null where the request names an ingress
    void fail(
            Record<String, byte[]> cause,
            InferenceRequest request,
            @Nullable ReplyAddress address,
            Failure failure,
            int hop,
            int attempts) {
        Reply reply =
                Reply.newBuilder()
                        .setRequestId(request.getRequestId())
                        .setHop(hop)
                        .setFence(0)
                        .setAttempt(0)
                        .setSequence(0)
                        .setKind(ReplyKind.FAILED)
                        .setFailure(failure)
                        .setAttempts(attempts)
                        .setBodyDigest(request.getKept() ? request.getBodyDigest() : null)
                        .build();
        Integer ingress = request.getIngressPartition();
        if (ingress != null) {
            answer(cause, ingress, reply);
        } else if (address != null) {
            answer(cause, address, reply);
        } else if (!request.getKept()) {
            wire.deadLetter(cause, "reply", "nobody to reply to: " + failure.getMessage());
        }
    }

    private void answer(Record<String, byte[]> cause, int ingress, Reply reply) {
        if (ingress < 0 || ingress >= wire.topics().layout().replyPartitions()) {
            wire.deadLetter(cause, "reply", "there is no reply partition " + ingress);
            return;
        }
        String key = reply.getRequestId().toString();
        wire.forward(cause, key, wire.topics().replies().name(), ingress, reply);
    }

    private void answer(Record<String, byte[]> cause, ReplyAddress address, Reply reply) {
        if (wire.reaches(address)) {
            wire.reply(cause, address, reply);
        } else {
            wire.deadLetter(
                    cause,
                    "reply",
                    "the reply topic or its partition does not exist: " + address.getTopic());
        }
    }
}
