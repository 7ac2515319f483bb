package dev.millrace.ingress.intake;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that requests in flight may take. Waiting requests are held, not refused, for as long
/// as this lasts. Thread-safe.
public final class HeapBudget {

    /// What a request takes besides its body while it waits, in bytes: its connection, its thread
    /// and its mailbox. An estimate on the high side.
    public static final long PER_REQUEST = 16 * 1024;

    private final long limit;
    private final AtomicLong reserved = new AtomicLong();

    /// @param limit in bytes
    public HeapBudget(long limit) {
        this.limit = limit;
    }

    /// Reserves room for one request without its body.
    ///
    /// @throws Refused if nothing is left
    public Reservation reserve() throws Refused {
        Reservation reservation = new Reservation();
        reservation.grow(PER_REQUEST);
        return reservation;
    }

    /// What is reserved now, in bytes.
    public long reserved() {
        return reserved.get();
    }

    /// What one request has reserved.
    public final class Reservation implements AutoCloseable {

        private final AtomicLong held = new AtomicLong();

        private Reservation() {}

        /// Reserves more.
        ///
        /// @throws Refused if nothing is left; what was reserved before stays so
        public void grow(long bytes) throws Refused {
            if (reserved.addAndGet(bytes) > limit) {
                reserved.addAndGet(-bytes);
                throw new Refused(
                        Refusal.unavailable(
                                "Too many bytes of requests are in flight; try again soon."));
            }
            held.addAndGet(bytes);
        }

        /// Gives the body's share back, once the log has it.
        public void releaseBody() {
            long body = held.get() - PER_REQUEST;
            if (body > 0 && held.compareAndSet(body + PER_REQUEST, PER_REQUEST)) {
                reserved.addAndGet(-body);
            }
        }

        /// Gives everything back. Doing it again changes nothing.
        @Override
        public void close() {
            reserved.addAndGet(-held.getAndSet(0));
        }
    }
}
