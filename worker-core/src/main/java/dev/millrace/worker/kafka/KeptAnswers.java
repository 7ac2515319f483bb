package dev.millrace.worker.kafka;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.worker.provider.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Tells the outcome gate what becomes of a request whose outcome is kept: that a call starts, and
/// how the request ended, with the whole answer. Nobody is answered from here; only the chunks of a
/// stream also go, while they come, to an ingress that somebody may be waiting at. For one thread.
final class KeptAnswers implements Answers {
    private final TakenDispatch taken;
    private final RunParts parts;
    private final CurrentAttempt attempt;
    private final Settlement settlement;
    private final @Nullable ReplyWriter live;
    private final Runnable tooLong;
    private final KeptRequest request;
    private final CollectedChunks chunks;

    /// @param live where the chunks go while they come; null where nobody waits for them
    /// @param tooLong ends the call, whose answer is longer than is kept
    KeptAnswers(
            TakenDispatch taken,
            RunParts parts,
            CurrentAttempt attempt,
            Settlement settlement,
            @Nullable ReplyWriter live,
            Runnable tooLong) {
        this.taken = taken;
        this.parts = parts;
        this.attempt = attempt;
        this.settlement = settlement;
        this.live = live;
        this.tooLong = tooLong;
        this.request = request(taken);
        this.chunks =
                new CollectedChunks(parts.settings().largestPart(), parts.settings().longestKept());
    }

    /// None: whoever wants the outcome finds it among the results.
    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public void started() {
        chunks.clear();
        parts.outbox().send(record(event(CompletionKind.STARTED)));
    }

    @Override
    public void send(byte[] more) {
        attempt.contentCame();
        if (!chunks.add(more)) {
            tooLong.run();
        } else if (live != null) {
            live.send(more);
        }
    }

    @Override
    public void complete(Outcome.Completed completed, Spent spent) {
        byte[] body = completed.body();
        List<ByteBuffer> bodies = body == null ? chunks.parts() : cut(body);
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>(bodies.size());
        for (int part = 0; part < bodies.size(); part++) {
            boolean more = part < bodies.size() - 1;
            Completion.Builder event =
                    event(CompletionKind.TERMINAL)
                            .setOutcome(RequestOutcome.COMPLETED)
                            .setPart(part)
                            .setMore(more)
                            .setBody(bodies.get(part));
            if (!more) {
                spend(event.setFinishReason(completed.finishReason()), spent);
            }
            records.add(record(event));
        }
        settlement.add(records);
    }

    @Override
    public void fail(RequestOutcome outcome, Failure failure, @Nullable Spent spent) {
        Completion.Builder event =
                event(CompletionKind.TERMINAL).setOutcome(outcome).setFailure(failure);
        if (spent != null) {
            spend(event, spent);
        }
        settlement.add(record(event));
    }

    private List<ByteBuffer> cut(byte[] body) {
        int largestPart = parts.settings().largestPart();
        List<ByteBuffer> bodies = new ArrayList<>();
        for (int from = 0; from < body.length || from == 0; from += largestPart) {
            bodies.add(ByteBuffer.wrap(body, from, Math.min(largestPart, body.length - from)));
        }
        return bodies;
    }

    private static void spend(Completion.Builder event, Spent spent) {
        event.setUsage(Wire.usage(spent.usage()))
                .setCost(spent.cost())
                .setCurrency(spent.currency());
    }

    private Completion.Builder event(CompletionKind kind) {
        Dispatch dispatch = taken.dispatch();
        return Completion.newBuilder()
                .setRequestId(dispatch.getRequest().getRequestId())
                .setTenant(dispatch.getRequest().getTenant())
                .setKind(kind)
                .setRequest(request)
                .setHop(dispatch.getHop())
                .setFence(taken.fence())
                .setAttempt(attempt.answering())
                .setPart(0)
                .setMore(false)
                .setOutcome(RequestOutcome.UNKNOWN)
                .setProvider(dispatch.getProvider())
                .setUpstreamModel(dispatch.getUpstreamModel())
                .setAttempts(attempt.calls())
                .setCompletedAt(parts.clock().instant())
                .setQueueMs(attempt.queueMillis())
                .setUpstreamMs(attempt.upstreamMillis());
    }

    private ProducerRecord<String, byte[]> record(Completion.Builder event) {
        var record =
                parts.outbox()
                        .record(
                                parts.topics().completions().name(),
                                null,
                                taken.requestId(),
                                event.build());
        if (taken.traceparent() != null) {
            record.headers().add("traceparent", taken.traceparent());
        }
        return record;
    }

    private static KeptRequest request(TakenDispatch taken) {
        Dispatch dispatch = taken.dispatch();
        InferenceRequest request = dispatch.getRequest();
        return KeptRequest.newBuilder()
                .setKeyId(request.getKeyId())
                .setOperation(request.getOperation())
                .setStream(taken.isStream())
                .setCreatedAt(request.getCreatedAt())
                .setDeadline(dispatch.getDeadline())
                .setRetentionMs(request.getRetentionMs())
                .setBodyDigest(request.getBodyDigest())
                .setReplyTo(dispatch.getReplyTo())
                .setRedrive(request.getRedrive())
                .build();
    }
}
