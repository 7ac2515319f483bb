package dev.millrace.router.outcome;

import dev.millrace.router.wire.OutcomeRetention;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.RequestState;
import dev.millrace.schemas.Result;
import dev.millrace.topology.TimeQueue;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The heads of results, without the body, as events make them.
final class Heads {

    private Heads() {}

    static boolean isClosed(Result head) {
        return head.getExpiresAt() != null;
    }

    /// What is asked, of an event that [EventCheck] has passed.
    static KeptRequest request(Completion event) {
        return Objects.requireNonNull(event.getRequest());
    }

    /// The head of a request that nothing was known of.
    static Result opened(Completion event) {
        return Result.newBuilder()
                .setRequestId(event.getRequestId())
                .setTenant(event.getTenant())
                .setState(state(event))
                .setRequest(request(event))
                .setUpdatedAt(event.getCompletedAt())
                .setHop(event.getHop())
                .setFence(event.getFence())
                .setAttempt(event.getAttempt())
                .setAttempts(event.getAttempts())
                .setProvider(event.getProvider())
                .setUpstreamModel(event.getUpstreamModel())
                .build();
    }

    /// The head after a further event; empty if the event says nothing new. No state is left for an
    /// earlier one, however events overtake each other.
    static Optional<Result> advanced(Result head, Completion event) {
        Result.Builder next =
                Result.newBuilder(head)
                        .setState(later(head.getState(), state(event)))
                        .setRequest(merged(head.getRequest(), event))
                        .setAttempts(Math.max(head.getAttempts(), event.getAttempts()));
        if (event.getProvider() != null && isFurther(event, head)) {
            next.setHop(event.getHop())
                    .setFence(event.getFence())
                    .setAttempt(event.getAttempt())
                    .setProvider(event.getProvider())
                    .setUpstreamModel(event.getUpstreamModel());
        }
        Result advanced = next.build();
        return advanced.equals(head)
                ? Optional.empty()
                : Optional.of(
                        Result.newBuilder(advanced).setUpdatedAt(event.getCompletedAt()).build());
    }

    /// The head of an outcome.
    ///
    /// @param known where the request stood; null if nothing was known of it
    /// @param last the last part of its terminal outcome
    static Result closed(@Nullable Result known, Completion last) {
        Result head = known == null ? opened(last) : known;
        KeptRequest request = merged(head.getRequest(), last);
        boolean isOfProvider = last.getProvider() != null;
        return Result.newBuilder(head)
                .setState(outcome(last))
                .setRequest(request)
                .setUpdatedAt(last.getCompletedAt())
                .setExpiresAt(expiry(last.getCompletedAt(), request))
                .setParts(last.getPart() + 1)
                .setFailure(failure(last))
                .setHop(isOfProvider ? last.getHop() : Math.max(head.getHop(), last.getHop()))
                .setFence(last.getFence())
                .setAttempt(last.getAttempt())
                .setAttempts(Math.max(head.getAttempts(), last.getAttempts()))
                .setProvider(isOfProvider ? last.getProvider() : head.getProvider())
                .setUpstreamModel(isOfProvider ? last.getUpstreamModel() : head.getUpstreamModel())
                .setFinishReason(last.getFinishReason())
                .setUsage(last.getUsage())
                .setCost(last.getCost())
                .setCurrency(last.getCurrency())
                .setQueueMs(last.getQueueMs())
                .setUpstreamMs(last.getUpstreamMs())
                .build();
    }

    /// The head of a request that nothing was heard of until its deadline had passed.
    static Result expired(Result head, Instant now) {
        return Result.newBuilder(head)
                .setState(RequestState.EXPIRED)
                .setUpdatedAt(now)
                .setExpiresAt(expiry(now, head.getRequest()))
                .setFailure(DefaultFailures.deadlineExceeded())
                .build();
    }

    private static Instant expiry(Instant end, KeptRequest request) {
        return TimeQueue.bounded(end).plus(OutcomeRetention.of(request.getRetentionMs()));
    }

    private static boolean isFurther(Completion event, Result head) {
        if (head.getProvider() == null) {
            return event.getHop() >= head.getHop();
        }
        long[] reached = {event.getHop(), event.getFence(), event.getAttempt()};
        long[] stands = {head.getHop(), head.getFence(), head.getAttempt()};
        return Arrays.compare(reached, stands) > 0;
    }

    /// An ingress accepts a request before the router has taken it, so it neither knows the digest
    /// that holds nor the deadline that the router resolves.
    private static KeptRequest merged(KeptRequest known, Completion event) {
        KeptRequest told = request(event);
        if (told.equals(known)) {
            return known;
        }
        boolean isOfWay =
                event.getKind() == CompletionKind.DISPATCHED
                        || event.getKind() == CompletionKind.STARTED;
        KeptRequest.Builder merged =
                KeptRequest.newBuilder(known).setStream(known.getStream() || told.getStream());
        if (isOfWay) {
            merged.setDeadline(told.getDeadline());
        }
        if (known.getKeyId() == null) {
            merged.setKeyId(told.getKeyId());
        }
        if (known.getBodyDigest() == null) {
            merged.setBodyDigest(told.getBodyDigest());
        }
        if (known.getReplyTo() == null) {
            merged.setReplyTo(told.getReplyTo());
        }
        return merged.build();
    }

    private static RequestState later(RequestState one, RequestState other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /// Where a request stands of which this is not the end. A part of an outcome is written by a
    /// worker that has started.
    private static RequestState state(Completion event) {
        return switch (event.getKind()) {
            case ACCEPTED -> RequestState.QUEUED;
            case DISPATCHED -> RequestState.DISPATCHED;
            case STARTED, TERMINAL -> RequestState.RUNNING;
            case UNKNOWN -> RequestState.UNKNOWN;
        };
    }

    private static RequestState outcome(Completion last) {
        return switch (last.getOutcome()) {
            case COMPLETED -> RequestState.COMPLETED;
            case FAILED -> RequestState.FAILED;
            case EXPIRED -> RequestState.EXPIRED;
            case CANCELLED -> RequestState.CANCELLED;
            case UNKNOWN -> RequestState.UNKNOWN;
        };
    }

    private static @Nullable Failure failure(Completion last) {
        Failure failure = last.getFailure();
        return failure != null ? failure : DefaultFailures.of(last.getOutcome());
    }
}
