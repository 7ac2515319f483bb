package dev.millrace.router.stream;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.RequestOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the router tells the outcome gate of requests whose outcome is kept.
final class KeptEvents {

    private KeptEvents() {}

    static Completion dispatched(Dispatch dispatch) {
        return event(
                        dispatch.getRequest(),
                        request(dispatch),
                        CompletionKind.DISPATCHED,
                        dispatch.getDispatchedAt())
                .setHop(dispatch.getHop())
                .setAttempts(dispatch.getAttempts())
                .setProvider(dispatch.getProvider())
                .setUpstreamModel(dispatch.getUpstreamModel())
                .build();
    }

    /// The end of a request that was not dispatched.
    static Completion refused(
            InferenceRequest request,
            Instant deadline,
            @Nullable ReplyAddress replyTo,
            RequestOutcome outcome,
            Failure failure,
            Instant now) {
        return event(
                        request,
                        request(request, deadline, false, replyTo),
                        CompletionKind.TERMINAL,
                        now)
                .setOutcome(outcome)
                .setFailure(failure)
                .build();
    }

    /// The end of a request that no further target serves.
    ///
    /// @param attempts provider calls made for it
    static Completion ended(
            Dispatch last, int attempts, RequestOutcome outcome, Failure failure, Instant now) {
        return event(last.getRequest(), request(last), CompletionKind.TERMINAL, now)
                .setHop(last.getHop() + 1)
                .setAttempts(attempts)
                .setOutcome(outcome)
                .setFailure(failure)
                .build();
    }

    private static Completion.Builder event(
            InferenceRequest request, KeptRequest kept, CompletionKind kind, Instant at) {
        return Completion.newBuilder()
                .setRequestId(request.getRequestId())
                .setTenant(request.getTenant())
                .setHop(0)
                .setFence(0)
                .setAttempt(0)
                .setPart(0)
                .setMore(false)
                .setOutcome(RequestOutcome.UNKNOWN)
                .setAttempts(0)
                .setCompletedAt(at)
                .setKind(kind)
                .setRequest(kept);
    }

    private static KeptRequest request(Dispatch dispatch) {
        return request(
                dispatch.getRequest(),
                dispatch.getDeadline(),
                dispatch.getClassification().getStream(),
                dispatch.getReplyTo());
    }

    private static KeptRequest request(
            InferenceRequest request,
            Instant deadline,
            boolean stream,
            @Nullable ReplyAddress replyTo) {
        return KeptRequest.newBuilder()
                .setKeyId(request.getKeyId())
                .setOperation(request.getOperation())
                .setStream(stream)
                .setCreatedAt(request.getCreatedAt())
                .setDeadline(deadline)
                .setRetentionMs(request.getRetentionMs())
                .setBodyDigest(request.getBodyDigest())
                .setReplyTo(replyTo)
                .setRedrive(request.getRedrive())
                .build();
    }
}
