package dev.millrace.worker.http;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import java.time.Duration;
import java.time.Instant;

/// How long each wait of one call may be: its own timeout, what is left of the call's total, and
/// what is left until the request's deadline, whichever is least. For one thread.
public final class CallTimer {

    /// A wait.
    ///
    /// @param length how long
    /// @param limit what has run out when it is over
    public record Wait(Duration length, Limit limit) {
        private Wait orLess(Duration other, Limit otherLimit) {
            return other.compareTo(length) < 0 ? new Wait(other, otherLimit) : this;
        }
    }

    private final Timeouts timeouts;
    private final Deadline deadline;
    private final Instant start;
    private Instant lastPiece;

    /// The call begins now, by the deadline's clock.
    ///
    /// @param timeouts of the call's provider
    /// @param deadline of the request
    public CallTimer(Timeouts timeouts, Deadline deadline) {
        this.timeouts = timeouts;
        this.deadline = deadline;
        this.start = deadline.clock().instant();
        this.lastPiece = start;
    }

    /// Until an answer that is not streamed is there.
    public Wait wholeAnswer() {
        return new Wait(left(timeouts.total(), start), Limit.TOTAL)
                .orLess(deadline.left(), Limit.DEADLINE);
    }

    /// Until the first content of a stream.
    public Wait firstContent() {
        return wholeAnswer().orLess(left(timeouts.firstToken(), start), Limit.FIRST_TOKEN);
    }

    /// Until the next piece of a stream that has begun.
    public Wait nextPiece() {
        return wholeAnswer().orLess(left(timeouts.idle(), lastPiece), Limit.IDLE);
    }

    /// A piece of the stream is there: the wait for the next one begins.
    public void pieceArrived() {
        lastPiece = deadline.clock().instant();
    }

    /// When the call began.
    public Instant start() {
        return start;
    }

    /// How long the call has taken so far.
    public Duration sinceStart() {
        return Duration.between(start, deadline.clock().instant());
    }

    private Duration left(Duration timeout, Instant since) {
        Duration left = timeout.minus(Duration.between(since, deadline.clock().instant()));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
