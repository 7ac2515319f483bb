package dev.millrace.worker.kafka;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.worker.provider.Outcome;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Writes the replies to one dispatch for the one who waits for them, in the order (hop, fence,
/// attempt, sequence). For one thread.
final class ReplyWriter implements Answers {
    private final TakenDispatch taken;
    private final ReplyRoute route;
    private final RunParts parts;
    private final CurrentAttempt attempt;
    private final Settlement settlement;

    ReplyWriter(
            TakenDispatch taken,
            ReplyRoute route,
            RunParts parts,
            CurrentAttempt attempt,
            Settlement settlement) {
        this.taken = taken;
        this.route = route;
        this.parts = parts;
        this.attempt = attempt;
        this.settlement = settlement;
    }

    @Override
    public Optional<String> obstacle() throws InterruptedException {
        return route.obstacle(parts.topics(), parts.callerTopics());
    }

    @Override
    public void started() {
        // Whoever waits learns it from the first chunk.
    }

    @Override
    public void send(byte[] chunks) {
        attempt.contentCame();
        int largestPart = parts.settings().largestPart();
        for (int from = 0; from < chunks.length; from += largestPart) {
            int length = Math.min(largestPart, chunks.length - from);
            // A chunk that is lost leaves a gap in the sequence, which its reader knows how to
            // take.
            sendPart(ReplyKind.CHUNK, chunks, from, length, from + length < chunks.length);
        }
    }

    @Override
    public void complete(Outcome.Completed completed, Spent spent) {
        byte[] body = completed.body();
        int largestPart = parts.settings().largestPart();
        int from = 0;
        while (body != null && body.length - from > largestPart) {
            sendPart(ReplyKind.COMPLETED, body, from, largestPart, true);
            from += largestPart;
        }
        Reply.Builder last =
                reply(ReplyKind.COMPLETED)
                        .setBody(
                                body == null
                                        ? null
                                        : ByteBuffer.wrap(body, from, body.length - from))
                        .setFinishReason(completed.finishReason())
                        .setUsage(Wire.usage(spent.usage()))
                        .setCost(spent.cost())
                        .setCurrency(spent.currency());
        settlement.addReply(record(last), route.caller());
    }

    @Override
    public void fail(RequestOutcome outcome, Failure failure, @Nullable Spent spent) {
        settlement.addReply(record(reply(ReplyKind.FAILED).setFailure(failure)), route.caller());
    }

    private void sendPart(ReplyKind kind, byte[] body, int from, int length, boolean more) {
        ByteBuffer part = ByteBuffer.wrap(body, from, length);
        parts.outbox().send(record(reply(kind).setBody(part).setMore(more)));
    }

    private Reply.Builder reply(ReplyKind kind) {
        return Reply.newBuilder()
                .setRequestId(taken.dispatch().getRequest().getRequestId())
                .setHop(taken.dispatch().getHop())
                .setFence(taken.fence())
                .setAttempt(attempt.answering())
                .setSequence(attempt.nextSequence())
                .setKind(kind)
                .setProvider(taken.dispatch().getProvider())
                .setUpstreamModel(taken.dispatch().getUpstreamModel())
                .setAttempts(attempt.calls())
                .setQueueMs(attempt.queueMillis())
                .setUpstreamMs(attempt.upstreamMillis());
    }

    private ProducerRecord<String, byte[]> record(Reply.Builder reply) {
        return parts.outbox()
                .record(
                        route.topic(),
                        route.partition(),
                        taken.requestId(),
                        reply.build(),
                        route.headers());
    }
}
