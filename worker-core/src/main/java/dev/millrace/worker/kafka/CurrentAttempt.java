package dev.millrace.worker.kafka;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The attempt of a dispatch that its answers belong to, and the times that they tell. That is the
/// latest, or the one before, whose answer goes out where the latest brought none. For one thread.
final class CurrentAttempt {
    /// @param millis that it took
    private record Earlier(int number, long millis) {}

    private final TakenDispatch taken;
    private final InstantSource clock;
    private int number;
    private int sequence;
    private Instant start;
    private @Nullable Instant end;
    private @Nullable Earlier before;
    private @Nullable Earlier answering;
    private long queueMillis;
    private @Nullable Instant firstContent;

    CurrentAttempt(TakenDispatch taken, InstantSource clock) {
        this.taken = taken;
        this.clock = clock;
        this.number = taken.attempts();
        this.start = clock.instant();
        this.queueMillis = sinceCreation();
    }

    /// The answers from here on are of the attempt `next`.
    void begin(int next, Instant at) {
        if (number == 0) {
            queueMillis = sinceCreation();
        }
        before = new Earlier(number, upstreamMillis());
        answering = null;
        number = next;
        start = at;
        end = null;
        sequence = 0;
        firstContent = null;
    }

    /// The latest attempt is over.
    void ended(Instant at) {
        end = at;
    }

    /// The answer is that of the attempt before the latest.
    void fallBack() {
        answering = before;
    }

    /// Content came from the provider, and is on its way to the client or held back.
    void contentCame() {
        if (firstContent == null) {
            firstContent = clock.instant();
        }
    }

    /// When the first content came; null before that.
    @Nullable Instant firstContent() {
        return firstContent;
    }

    /// The latest attempt within the dispatch, from 1; 0 before the first.
    int number() {
        return number;
    }

    /// The one that the answers belong to.
    int answering() {
        return answering == null ? number : answering.number();
    }

    /// The provider calls made for the request, this one included.
    int calls() {
        return taken.dispatch().getAttempts() + number;
    }

    /// The place of the next reply.
    int nextSequence() {
        return sequence++;
    }

    /// From the request's acceptance to its first attempt here.
    long queueMillis() {
        return queueMillis;
    }

    /// What the one that the answers belong to has taken so far.
    long upstreamMillis() {
        if (answering != null) {
            return answering.millis();
        }
        long until = end == null ? clock.millis() : end.toEpochMilli();
        return number == 0 ? 0 : Math.max(0, until - start.toEpochMilli());
    }

    private long sinceCreation() {
        return Math.max(
                0, clock.millis() - taken.dispatch().getRequest().getCreatedAt().toEpochMilli());
    }
}
