package dev.millrace.worker.bedrock;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import java.time.Duration;
import java.time.Instant;

/// How long each wait of one call may be: its own timeout, what is left of the call's total, and
/// what is left until the request's deadline, whichever is least.
final class CallWaits {

    /// A wait.
    ///
    /// @param length how long
    /// @param limit what has run out when it is over
    record Wait(Duration length, Limit limit) {
        Wait orLess(Duration other, Limit otherLimit) {
            return other.compareTo(length) < 0 ? new Wait(other, otherLimit) : this;
        }
    }

    private final Timeouts timeouts;
    private final Deadline deadline;
    private final Instant start;
    private Instant lastEvent;

    CallWaits(Timeouts timeouts, Deadline deadline) {
        this.timeouts = timeouts;
        this.deadline = deadline;
        this.start = deadline.clock().instant();
        this.lastEvent = start;
    }

    /// Until an answer that is not streamed is there.
    Wait wholeAnswer() {
        return new Wait(left(timeouts.total(), start), Limit.TOTAL)
                .orLess(deadline.left(), Limit.DEADLINE);
    }

    /// Until the first content of a stream.
    Wait firstContent() {
        return wholeAnswer().orLess(left(timeouts.firstToken(), start), Limit.FIRST_TOKEN);
    }

    /// Until the next event of a stream that has begun.
    Wait nextEvent() {
        return wholeAnswer().orLess(left(timeouts.idle(), lastEvent), Limit.IDLE);
    }

    void eventArrived() {
        lastEvent = deadline.clock().instant();
    }

    /// When the call began.
    Instant start() {
        return start;
    }

    Duration sinceStart() {
        return Duration.between(start, deadline.clock().instant());
    }

    private Duration left(Duration timeout, Instant since) {
        Duration left = timeout.minus(Duration.between(since, deadline.clock().instant()));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
