package dev.millrace.router.outcome;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.RequestOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/// Events of one request, as its ingress, the router and its workers write them.
final class Events {

    static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    static final Instant DEADLINE = NOW.plusSeconds(60);
    static final UUID ID = UUID.fromString("01920000-0000-7000-8000-000000000001");
    static final String KEY = ID.toString();

    private Events() {}

    static KeptRequest.Builder request() {
        return KeptRequest.newBuilder()
                .setOperation(Operation.CHAT_COMPLETION)
                .setCreatedAt(NOW)
                .setDeadline(DEADLINE)
                .setBodyDigest(buffer("digest"));
    }

    static ReplyAddress caller(String topic) {
        return ReplyAddress.newBuilder()
                .setTopic(topic)
                .setPartition(2)
                .setCorrelationId(buffer("c-1"))
                .build();
    }

    static Completion.Builder accepted() {
        return event(CompletionKind.ACCEPTED).setRequest(request().setBodyDigest(null).build());
    }

    static Completion.Builder dispatched(int hop) {
        return event(CompletionKind.DISPATCHED)
                .setHop(hop)
                .setProvider("provider-" + hop)
                .setUpstreamModel("model-" + hop);
    }

    static Completion.Builder started(int hop, long fence, int attempt) {
        return dispatched(hop)
                .setKind(CompletionKind.STARTED)
                .setFence(fence)
                .setAttempt(attempt)
                .setAttempts(attempt);
    }

    static Completion.Builder completed(long fence, int attempt, String body) {
        return started(0, fence, attempt)
                .setKind(CompletionKind.TERMINAL)
                .setOutcome(RequestOutcome.COMPLETED)
                .setBody(buffer(body))
                .setCompletedAt(NOW.plusSeconds(2));
    }

    static Completion.Builder part(long fence, int attempt, int part, boolean more, String body) {
        return completed(fence, attempt, body).setPart(part).setMore(more);
    }

    static Completion.Builder failed(int status) {
        return event(CompletionKind.TERMINAL)
                .setOutcome(RequestOutcome.FAILED)
                .setFailure(
                        Failure.newBuilder()
                                .setStatus(status)
                                .setType("server_error")
                                .setMessage("it failed")
                                .build());
    }

    static Completion.Builder cancelled() {
        return event(CompletionKind.TERMINAL).setOutcome(RequestOutcome.CANCELLED);
    }

    static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    private static Completion.Builder event(CompletionKind kind) {
        return Completion.newBuilder()
                .setRequestId(ID)
                .setTenant("acme")
                .setHop(0)
                .setFence(0)
                .setAttempt(0)
                .setPart(0)
                .setMore(false)
                .setOutcome(RequestOutcome.UNKNOWN)
                .setAttempts(0)
                .setCompletedAt(NOW)
                .setKind(kind)
                .setRequest(request().build());
    }
}
