package dev.millrace.worker.retry;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Turns the outcome of an attempt into a [Decision].
///
/// The same target is called again only where the failed attempt cost nothing and another may do
/// better: it was throttled, or not available. What timed out or answered nonsense goes to another
/// target, as does what a target does not know or finds too large. Retries and reroutes spend one
/// budget, and a retry leaves one for a reroute where there is somewhere to go. Nothing is retried
/// after the first content went to the client.
public final class RetryPolicy {

    /// The longest pause that keeps a slot: a longer `Retry-After` reroutes.
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;

    private RetryPolicy() {}

    /// Decides; the same arguments give the same decision.
    public static Decision decide(Outcome outcome, Situation situation) {
        return switch (outcome) {
            case Outcome.Completed completed -> new Decision.Complete(completed);
            case Outcome.Cancelled _ -> new Decision.Fail(ErrorAnswers.of(outcome));
            case Outcome.Rejected rejected ->
                    switch (rejected.error().status()) {
                        case NOT_FOUND, TOO_LARGE -> rerouteOrFail(outcome, situation);
                        default -> new Decision.Fail(rejected.error());
                    };
            case Outcome.Throttled throttled -> later(throttled, situation);
            case Outcome.Unavailable unavailable ->
                    unavailable.progress().usage().estimated()
                            ? rerouteOrFail(outcome, situation)
                            : again(unavailable, unavailable.retryAfter(), situation);
            case Outcome.CredentialRefused refused ->
                    refused.otherKeys()
                                    && !refused.progress().contentSent()
                                    && situation.retriesLeft() > 0
                            ? new Decision.TryNextKey()
                            : rerouteOrFail(outcome, situation);
            case Outcome.Malformed _ -> rerouteOrFail(outcome, situation);
            case Outcome.TimedOut timedOut ->
                    timedOut.limit() == Outcome.TimedOut.Limit.DEADLINE
                            ? new Decision.Fail(ErrorAnswers.of(outcome))
                            : rerouteOrFail(outcome, situation);
        };
    }

    /// Decides for a dispatch whose target cannot be called at all.
    ///
    /// @param error the answer, should every other target fail too
    public static Decision decideWithoutAttempt(ErrorAnswer error, Situation situation) {
        return situation.otherTargets() && situation.retriesLeft() > 0
                ? new Decision.Reroute(error)
                : new Decision.Fail(error);
    }

    /// What was throttled waits for the window, which the throttling has closed, for as long as the
    /// request has time: nothing is amplified by that, however many wait. Where there is another
    /// target, the budget bounds how often it waits.
    private static Decision later(Outcome.Throttled throttled, Situation situation) {
        Duration retryAfter = throttled.retryAfter();
        Duration pause = retryAfter == null ? Duration.ZERO : retryAfter;
        boolean elsewhere =
                situation.otherTargets()
                        && (situation.retriesLeft() < 2 || pause.compareTo(LONGEST_PAUSE) > 0);
        return elsewhere
                        || throttled.progress().contentSent()
                        || pause.compareTo(situation.timeLeft()) >= 0
                ? rerouteOrFail(throttled, situation)
                : new Decision.AwaitWindow();
    }

    private static Decision again(
            Outcome outcome, @Nullable Duration retryAfter, Situation situation) {
        Duration pause = retryAfter != null ? retryAfter : pause(situation);
        int spare = situation.retriesLeft() - (situation.otherTargets() ? 1 : 0);
        if (outcome.progress().contentSent()
                || spare < 1
                || pause.compareTo(situation.timeLeft()) >= 0) {
            return rerouteOrFail(outcome, situation);
        }
        if (pause.compareTo(LONGEST_PAUSE) <= 0) {
            return new Decision.RetryAfter(pause);
        }
        return situation.canWait() && !situation.otherTargets()
                ? new Decision.Postpone(pause)
                : rerouteOrFail(outcome, situation);
    }

    /// Decides after an attempt that the pool's [RetryBudget] lets nobody repeat here.
    public static Decision decideWithoutRetry(Outcome outcome, Situation situation) {
        return rerouteOrFail(outcome, situation);
    }

    private static Decision rerouteOrFail(Outcome outcome, Situation situation) {
        ErrorAnswer error = ErrorAnswers.of(outcome);
        return outcome.progress().contentSent()
                ? new Decision.Fail(error)
                : decideWithoutAttempt(error, situation);
    }

    /// Doubles with each attempt; the jitter takes away up to half.
    private static Duration pause(Situation situation) {
        int doublings = Math.min(Math.max(situation.attempt() - 1, 0), 8);
        long millis = FIRST_PAUSE.toMillis() << doublings;
        long jittered = (long) (millis * (1 - situation.jitter() / 2));
        return Duration.ofMillis(Math.min(jittered, LONGEST_PAUSE.toMillis()));
    }
}
