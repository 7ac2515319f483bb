package dev.millrace.worker.kafka;

import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.worker.quota.Demand;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A dispatch as a pool took it in.
///
/// @param place the partition that it stands in, at `offset`
/// @param timestamp of the record
/// @param lane the lane of its topic
/// @param fence of this owner of the partition
/// @param traceparent the record's header of that name; null without one
/// @param attempts provider calls already made for it here, before it was postponed
/// @param throttling what came of those that were throttled
/// @param due when it may be called; [Instant#MIN] if at once
record TakenDispatch(
        TopicPartition place,
        long offset,
        Instant timestamp,
        Lane lane,
        long fence,
        Dispatch dispatch,
        byte @Nullable [] traceparent,
        int attempts,
        Throttling throttling,
        Instant due) {

    /// How a dispatch fares at a provider that throttles it.
    ///
    /// @param last when it was throttled last; null if it never was
    /// @param overtaken how often others were served between two times that it was throttled
    record Throttling(@Nullable Instant last, int overtaken) {
        static final Throttling NONE = new Throttling(null, 0);

        /// By chance a provider that throttles every other call overtakes one in eight so often.
        private static final int ABOUT_ITSELF = 3;

        /// By chance, one in 256.
        private static final int MOST_OVERTAKEN = 8;

        /// Whether it says nothing of how many calls the provider takes.
        boolean isAboutItself() {
            return overtaken >= ABOUT_ITSELF;
        }

        /// Whether the provider does not mean to serve it.
        boolean isHopeless() {
            return overtaken >= MOST_OVERTAKEN;
        }
    }

    String requestId() {
        return dispatch.getRequest().getRequestId().toString();
    }

    @Nullable String batchId() {
        return dispatch.getRequest().getBatchId();
    }

    boolean isBatch() {
        return lane == Lane.BATCH;
    }

    /// Whether the answer is a stream of chunks.
    boolean isStream() {
        return dispatch.getClassification().getStream()
                && dispatch.getRequest().getOperation() != Operation.EMBEDDING;
    }

    /// Of the request as the client sent it.
    long estimatedPromptTokens() {
        return dispatch.getClassification().getEstimatedPromptTokens();
    }

    /// What its first call asks of the provider's quota.
    Demand demand() {
        return demand(estimatedPromptTokens());
    }

    /// What a call with another prompt asks. An embedding has no completion.
    Demand demand(long promptTokens) {
        Long most =
                dispatch.getRequest().getOperation() == Operation.EMBEDDING
                        ? Long.valueOf(0)
                        : dispatch.getClassification().getMaxOutputTokens();
        return new Demand(
                dispatch.getUpstreamModel(),
                Math.max(0, promptTokens),
                most == null ? null : Math.max(0, most));
    }

    /// The same, to be run once more after so many calls.
    TakenDispatch after(int calls) {
        return with(calls, throttling, due);
    }

    /// The same, once more throttled.
    ///
    /// @param overtaken whether others were served since it was throttled before
    TakenDispatch throttled(boolean overtaken, Instant now) {
        int times = throttling.overtaken + (overtaken ? 1 : 0);
        return with(attempts, new Throttling(now, times), due);
    }

    /// The same, to be run when its provider wants to be asked again.
    TakenDispatch notBefore(Instant then) {
        return with(attempts, throttling, then);
    }

    private TakenDispatch with(int calls, Throttling fares, Instant from) {
        return new TakenDispatch(
                place, offset, timestamp, lane, fence, dispatch, traceparent, calls, fares, from);
    }

    /// Whether its provider has asked it to wait.
    boolean wasPutOff() {
        return throttling.last != null || !due.equals(Instant.MIN);
    }
}
