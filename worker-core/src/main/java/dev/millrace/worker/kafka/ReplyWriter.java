package dev.millrace.worker.kafka;

import dev.millrace.schemas.Failure;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.ReplySink;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Writes the replies to one dispatch, in the order (hop, fence, attempt, sequence). For one
/// thread.
final class ReplyWriter implements ReplySink {

    /// A cost with its currency.
    record Cost(BigDecimal amount, String currency) {}

    private final TakenDispatch taken;
    private final ReplyRoute route;
    private final Outbox outbox;
    private final InstantSource clock;
    private final int largestPart;
    private int attempt;
    private int sequence;
    private Instant attemptStart;
    private long queueMillis;
    private @Nullable Instant firstContent;

    ReplyWriter(
            TakenDispatch taken,
            ReplyRoute route,
            Outbox outbox,
            InstantSource clock,
            int largestPart) {
        this.taken = taken;
        this.route = route;
        this.outbox = outbox;
        this.clock = clock;
        this.largestPart = largestPart;
        this.attempt = taken.attempts();
        this.attemptStart = clock.instant();
        this.queueMillis = sinceCreation();
    }

    /// The replies from here on are of this attempt.
    void begin(int number, Instant start) {
        if (attempt == 0) {
            queueMillis = sinceCreation();
        }
        attempt = number;
        attemptStart = start;
        sequence = 0;
        firstContent = null;
    }

    /// When the attempt's first content left; null before that.
    @Nullable Instant firstContent() {
        return firstContent;
    }

    ReplyRoute route() {
        return route;
    }

    @Override
    public void send(byte[] chunks) {
        if (firstContent == null) {
            firstContent = clock.instant();
        }
        for (int from = 0; from < chunks.length; from += largestPart) {
            int length = Math.min(largestPart, chunks.length - from);
            Reply.Builder part =
                    reply(ReplyKind.CHUNK)
                            .setBody(ByteBuffer.wrap(chunks, from, length))
                            .setMore(from + length < chunks.length);
            // A chunk that is lost leaves a gap in the sequence, which its reader knows how to
            // take.
            outbox.send(record(part));
        }
    }

    /// Sends the completion, all parts of it but the last.
    ///
    /// @return the last part, to be delivered
    ProducerRecord<String, byte[]> complete(Outcome.Completed completed, @Nullable Cost cost) {
        byte[] body = completed.body();
        int from = 0;
        while (body != null && body.length - from > largestPart) {
            outbox.send(
                    record(
                            reply(ReplyKind.COMPLETED)
                                    .setBody(ByteBuffer.wrap(body, from, largestPart))
                                    .setMore(true)));
            from += largestPart;
        }
        return record(
                reply(ReplyKind.COMPLETED)
                        .setBody(
                                body == null
                                        ? null
                                        : ByteBuffer.wrap(body, from, body.length - from))
                        .setFinishReason(completed.finishReason())
                        .setUsage(Wire.usage(completed.usage()))
                        .setCost(cost == null ? null : cost.amount())
                        .setCurrency(cost == null ? null : cost.currency()));
    }

    /// The failure, to be delivered.
    ProducerRecord<String, byte[]> fail(Failure failure) {
        return record(reply(ReplyKind.FAILED).setFailure(failure));
    }

    private Reply.Builder reply(ReplyKind kind) {
        return Reply.newBuilder()
                .setRequestId(taken.dispatch().getRequest().getRequestId())
                .setHop(taken.dispatch().getHop())
                .setFence(taken.fence())
                .setAttempt(attempt)
                .setSequence(sequence++)
                .setKind(kind)
                .setProvider(taken.dispatch().getProvider())
                .setUpstreamModel(taken.dispatch().getUpstreamModel())
                .setAttempts(taken.dispatch().getAttempts() + attempt)
                .setQueueMs(queueMillis)
                .setUpstreamMs(
                        attempt == 0
                                ? 0
                                : Math.max(0, clock.millis() - attemptStart.toEpochMilli()));
    }

    private ProducerRecord<String, byte[]> record(Reply.Builder reply) {
        return outbox.record(
                route.topic(),
                route.partition(),
                taken.requestId(),
                reply.build(),
                route.headers());
    }

    private long sinceCreation() {
        return Math.max(
                0, clock.millis() - taken.dispatch().getRequest().getCreatedAt().toEpochMilli());
    }
}
