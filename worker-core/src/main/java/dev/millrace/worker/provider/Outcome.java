package dev.millrace.worker.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one call ended.
public sealed interface Outcome {

    /// What identifies the call at the provider.
    UpstreamTrace trace();

    /// How far the call came.
    Progress progress();

    /// The same of a call whose content was held back: nothing of it is on its way to the client.
    default Outcome heldBack() {
        Progress held = new Progress(false, progress().usage());
        return switch (this) {
            case Completed completed -> completed;
            case Rejected(ErrorAnswer error, _, UpstreamTrace trace) ->
                    new Rejected(error, held, trace);
            case Throttled(Duration retryAfter, _, UpstreamTrace trace) ->
                    new Throttled(retryAfter, held, trace);
            case CredentialRefused(boolean otherKeys, _, UpstreamTrace trace) ->
                    new CredentialRefused(otherKeys, held, trace);
            case Unavailable(
                            String reason,
                            Duration retryAfter,
                            _,
                            UpstreamTrace trace,
                            boolean reached) ->
                    new Unavailable(reason, retryAfter, held, trace, reached);
            case TimedOut(TimedOut.Limit limit, _, UpstreamTrace trace) ->
                    new TimedOut(limit, held, trace);
            case Malformed(String reason, _, UpstreamTrace trace) ->
                    new Malformed(reason, held, trace);
            case Cancelled(_, UpstreamTrace trace) -> new Cancelled(held, trace);
        };
    }

    /// The model answered to the end.
    ///
    /// @param body the JSON of the answer; null where it was streamed
    /// @param finishReason as OpenAI's API names it; null where there is none
    /// @param usage the tokens used
    record Completed(
            byte @Nullable [] body,
            @Nullable String finishReason,
            TokenUsage usage,
            UpstreamTrace trace)
            implements Outcome {
        @Override
        public Progress progress() {
            return new Progress(body == null, usage);
        }
    }

    /// The provider says that the request is at fault: no other attempt at it will do better.
    ///
    /// @param error what the client is told
    record Rejected(ErrorAnswer error, Progress progress, UpstreamTrace trace) implements Outcome {

        /// A request of which nothing was done.
        public Rejected(ErrorAnswer error, UpstreamTrace trace) {
            this(error, Progress.NONE, trace);
        }
    }

    /// The provider has too much to do.
    ///
    /// @param retryAfter when it wants to be asked again; null where it did not say
    record Throttled(@Nullable Duration retryAfter, Progress progress, UpstreamTrace trace)
            implements Outcome {}

    /// The provider does not take the credential, or will not work for it any more.
    ///
    /// @param otherKeys whether there are other keys, which it may take
    record CredentialRefused(boolean otherKeys, Progress progress, UpstreamTrace trace)
            implements Outcome {

        /// A call of which nothing was done, and no other key.
        public CredentialRefused(UpstreamTrace trace) {
            this(false, Progress.NONE, trace);
        }
    }

    /// The provider could not be reached, broke off, or reported a failure of its own.
    ///
    /// @param reason for the log and for operators
    /// @param retryAfter when it wants to be asked again; null where it did not say
    /// @param reached false where there was no connection: nothing of the call was sent
    record Unavailable(
            String reason,
            @Nullable Duration retryAfter,
            Progress progress,
            UpstreamTrace trace,
            boolean reached)
            implements Outcome {

        /// A provider that may have seen the call.
        public Unavailable(
                String reason,
                @Nullable Duration retryAfter,
                Progress progress,
                UpstreamTrace trace) {
            this(reason, retryAfter, progress, trace, true);
        }
    }

    /// The provider took too long.
    ///
    /// @param limit which wait ran out
    record TimedOut(Limit limit, Progress progress, UpstreamTrace trace) implements Outcome {

        /// The waits of a call.
        public enum Limit {
            FIRST_TOKEN,
            IDLE,
            TOTAL,
            /// The request's own deadline.
            DEADLINE,
            /// The provider gave up waiting for its model.
            UPSTREAM
        }
    }

    /// The provider answered with something that is no answer.
    ///
    /// @param reason for the log, for operators and for the client; quotes nothing of the answer
    record Malformed(String reason, Progress progress, UpstreamTrace trace) implements Outcome {}

    /// The call was interrupted: its request was cancelled, or its worker has to give the partition
    /// away.
    record Cancelled(Progress progress, UpstreamTrace trace) implements Outcome {}
}
