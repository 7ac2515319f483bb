package dev.millrace.worker.kafka;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The attempt of a dispatch that its answers belong to, and the times that they tell. For one
/// thread.
final class CurrentAttempt {
    private final TakenDispatch taken;
    private final InstantSource clock;
    private int number;
    private int sequence;
    private Instant start;
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
        number = next;
        start = at;
        sequence = 0;
        firstContent = null;
    }

    /// Content is on its way to the client.
    void contentSent() {
        if (firstContent == null) {
            firstContent = clock.instant();
        }
    }

    /// When the first content left; null before that.
    @Nullable Instant firstContent() {
        return firstContent;
    }

    /// The attempt within the dispatch, from 1; 0 before the first.
    int number() {
        return number;
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

    /// What the attempt has taken so far.
    long upstreamMillis() {
        return number == 0 ? 0 : Math.max(0, clock.millis() - start.toEpochMilli());
    }

    private long sinceCreation() {
        return Math.max(
                0, clock.millis() - taken.dispatch().getRequest().getCreatedAt().toEpochMilli());
    }
}
