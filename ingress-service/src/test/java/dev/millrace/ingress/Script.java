package dev.millrace.ingress;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One request on the other side, and the replies to it. The rank and the sequence run by
/// themselves unless a test sets them.
final class Script {

    static final Usage USAGE =
            Usage.newBuilder()
                    .setInputTokens(3)
                    .setOutputTokens(5)
                    .setSource(UsageSource.PROVIDER)
                    .build();
    static final BigDecimal COST = new BigDecimal("0.000001230000");

    final InferenceRequest request;
    private final OtherSide other;
    private int hop;
    private long fence = 7;
    private int attempt = 1;
    private int sequence;
    private @Nullable ByteBuffer digest;

    Script(OtherSide other, InferenceRequest request) {
        this.other = other;
        this.request = request;
    }

    Script as(int newHop, long newFence, int newAttempt) {
        hop = newHop;
        fence = newFence;
        attempt = newAttempt;
        sequence = 0;
        return this;
    }

    Script at(int newSequence) {
        sequence = newSequence;
        return this;
    }

    Script chunk(String... json) {
        return chunk(String.join("\n", json) + "\n", false);
    }

    Script chunk(String body, boolean more) {
        other.reply(request, reply(ReplyKind.CHUNK).setBody(bytes(body)).setMore(more).build());
        return this;
    }

    Script part(String body) {
        other.reply(request, reply(ReplyKind.COMPLETED).setBody(bytes(body)).setMore(true).build());
        return this;
    }

    Script complete(@Nullable String body) {
        other.reply(
                request,
                reply(ReplyKind.COMPLETED)
                        .setBody(body == null ? null : bytes(body))
                        .setUsage(USAGE)
                        .setCost(COST)
                        .setCurrency("USD")
                        .build());
        return this;
    }

    Script end() {
        return complete(null);
    }

    Script fail(int status, String code, @Nullable Long retryAfterMs, boolean shouldRetry) {
        other.reply(
                request,
                reply(ReplyKind.FAILED)
                        .setFailure(failure(status, code, retryAfterMs, shouldRetry))
                        .build());
        return this;
    }

    /// The following replies answer the body that came with this request.
    Script digested() {
        digest = request.getBodyDigest();
        return this;
    }

    Script digest(ByteBuffer other) {
        digest = other;
        return this;
    }

    /// Something in the reply's place that is no record.
    void garbage() {
        Integer partition = request.getIngressPartition();
        other.sendRaw(
                partition == null ? 0 : partition,
                request.getRequestId().toString(),
                new byte[] {9, 9, 9});
    }

    static Failure failure(
            int status, String code, @Nullable Long retryAfterMs, boolean shouldRetry) {
        return Failure.newBuilder()
                .setStatus(status)
                .setType("server_error")
                .setCode(code)
                .setMessage("it failed")
                .setRetryAfterMs(retryAfterMs)
                .setShouldRetry(shouldRetry)
                .build();
    }

    static String text(ByteBuffer body) {
        return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    private Reply.Builder reply(ReplyKind kind) {
        return Reply.newBuilder()
                .setRequestId(request.getRequestId())
                .setHop(hop)
                .setFence(fence)
                .setAttempt(attempt)
                .setSequence(sequence++)
                .setKind(kind)
                .setBodyDigest(digest)
                .setProvider("acme-cloud")
                .setUpstreamModel("acme-large")
                .setAttempts(attempt + hop)
                .setQueueMs(4)
                .setUpstreamMs(1);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
