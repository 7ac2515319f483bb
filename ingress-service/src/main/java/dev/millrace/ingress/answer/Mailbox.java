package dev.millrace.ingress.answer;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Where the signals for one request wait for the thread that answers it. Putting in never blocks,
/// so that one slow client does not hold up the replies of all others; what exceeds the bound is
/// lost, and the request fails. Thread-safe.
public final class Mailbox implements SignalSink {

    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long bound;

    /// @param bound on the bodies that wait, in bytes
    public Mailbox(long bound) {
        this.bound = bound;
    }

    @Override
    public void put(Signal signal) {
        if (signal instanceof Signal.Arrived(ReplyPart part)
                && bytes.addAndGet(part.size()) > bound) {
            signals.clear();
            signals.add(new Signal.Overflowed());
        } else {
            signals.add(signal);
        }
    }

    /// Takes the next signal out.
    ///
    /// @return null if none came within the timeout
    /// @throws InterruptedException if the client has gone
    @Nullable Signal take(Duration timeout) throws InterruptedException {
        Signal signal = signals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (signal instanceof Signal.Arrived(ReplyPart part)) {
            bytes.addAndGet(-part.size());
        }
        return signal;
    }
}
