package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.HeapBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/// One HTTP request while it is answered: its identity, what it holds, and the thread that works on
/// it. Thread-safe.
final class Call {

    static final String ATTRIBUTE = Call.class.getName();

    private volatile UUID id;
    private final Instant arrivedAt;
    private final long arrivedNanos = System.nanoTime();
    private volatile String operation = "other";
    private volatile int outcome;
    private HeapBudget.@Nullable Reservation reservation;
    private byte @Nullable [] body;
    private @Nullable Thread worker;
    private boolean gone;
    private boolean answered;

    Call(UUID id, Instant arrivedAt) {
        this.id = id;
        this.arrivedAt = arrivedAt;
    }

    static Call of(ServerRequest request) {
        return (Call)
                request.attribute(ATTRIBUTE)
                        .orElseThrow(() -> new IllegalStateException("the filter did not run"));
    }

    /// The request id: in the answer's headers, in the log, and in the errors.
    UUID id() {
        return id;
    }

    /// Gives the request the id that its idempotency key names.
    void identify(UUID named) {
        id = named;
    }

    Instant arrivedAt() {
        return arrivedAt;
    }

    /// How long ago it arrived.
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - arrivedNanos);
    }

    String operation() {
        return operation;
    }

    /// Names the operation, for the metrics: a word out of few.
    void operation(String word) {
        operation = word;
    }

    /// How it ended, where the status that was sent does not tell; 0 where it does.
    int outcome() {
        return outcome;
    }

    /// Says that it ended otherwise than the status that was already sent.
    void outcome(int status) {
        outcome = status;
    }

    /// Takes over what the request has reserved; it is given back when the request ends.
    synchronized void hold(HeapBudget.Reservation held) {
        reservation = held;
    }

    /// Gives back what the body took.
    synchronized void releaseBody() {
        if (reservation != null) {
            reservation.releaseBody();
        }
    }

    synchronized void body(byte[] bytes) {
        body = bytes;
    }

    /// The body, once: whoever takes it is the only one to hold it.
    synchronized byte[] takeBody() {
        byte[] taken = body;
        body = null;
        return taken == null ? new byte[0] : taken;
    }

    /// Names the thread to interrupt when the client goes.
    synchronized void worker(Thread thread) {
        worker = thread;
        if (gone) {
            thread.interrupt();
        }
    }

    /// The last of the answer is handed over: from here on the client's going is no matter.
    synchronized void answered() {
        worker = null;
        answered = true;
    }

    /// The exchange is over on the connection: what was reserved is given back, and a thread that
    /// still works on the answer is interrupted, because nobody will read it.
    ///
    /// @return whether the client had the chance to read a whole answer
    synchronized boolean ended() {
        gone = true;
        if (worker != null) {
            worker.interrupt();
        }
        if (reservation != null) {
            reservation.close();
        }
        return answered;
    }
}
