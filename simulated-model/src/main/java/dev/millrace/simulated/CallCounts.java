package dev.millrace.simulated;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Counts the calls that a [SimulatedModelServer] was sent. Thread-safe; the numbers grow only.
public final class CallCounts {
    private final LongAdder calls = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder disconnects = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final Map<String, LongAdder> byMarker = new ConcurrentHashMap<>();

    CallCounts() {}

    /// Completions and embeddings asked for, whatever became of them. Listing models does not
    /// count.
    public long calls() {
        return calls.sum();
    }

    /// Calls whose good answer was written to the end.
    public long answered() {
        return answered.sum();
    }

    /// Calls whose client was gone before the answer was written.
    public long disconnects() {
        return disconnects.sum();
    }

    /// Calls under way now.
    public int inFlight() {
        return inFlight.get();
    }

    /// The most calls that were ever under way at once.
    public int peakInFlight() {
        return peak.get();
    }

    /// Calls by the request's own marker, which is its `user` member; those without are left out.
    public Map<String, Long> byMarker() {
        Map<String, Long> counts = new TreeMap<>();
        byMarker.forEach((marker, count) -> counts.put(marker, count.sum()));
        return counts;
    }

    void began() {
        calls.increment();
        int now = inFlight.incrementAndGet();
        peak.accumulateAndGet(now, Math::max);
    }

    void marked(String marker) {
        byMarker.computeIfAbsent(marker, _ -> new LongAdder()).increment();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void wasAnswered() {
        answered.increment();
    }

    void lostItsClient() {
        disconnects.increment();
    }
}
