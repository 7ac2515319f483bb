package dev.millrace.worker.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Lets the first record of each dispatch in a partition through and no other. A router that was
/// killed sends again what it had not committed: seconds of traffic, so that minutes of memory are
/// plenty. It may come back after hours, but then what it sends again are the newest records that
/// there are.
public final class DispatchFence {

    private record Seen(UUID dispatchId, Instant at) {}

    private final Duration memory;
    private final int least;
    private final Map<UUID, Long> first = new HashMap<>();
    private final Deque<Seen> byAge = new ArrayDeque<>();

    /// @param memory how long a dispatch is remembered, by the log's own timestamps
    /// @param least how many of the newest are remembered however old they are
    public DispatchFence(Duration memory, int least) {
        this.memory = memory;
        this.least = least;
    }

    /// Shows the fence a record; to be called in the order of the partition, also for records that
    /// are only read back.
    ///
    /// @param at the record's timestamp
    /// @return whether the record is the first of its dispatch
    public boolean admit(UUID dispatchId, long offset, Instant at) {
        forget(at.minus(memory));
        Long earlier = first.putIfAbsent(dispatchId, offset);
        if (earlier == null) {
            byAge.addLast(new Seen(dispatchId, at));
            return true;
        }
        return earlier == offset;
    }

    /// How many dispatches are remembered.
    public int size() {
        return first.size();
    }

    private void forget(Instant before) {
        while (byAge.size() > least && byAge.getFirst().at().isBefore(before)) {
            first.remove(byAge.removeFirst().dispatchId());
        }
    }
}
