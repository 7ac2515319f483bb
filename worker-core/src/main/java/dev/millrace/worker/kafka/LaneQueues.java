package dev.millrace.worker.kafka;

import dev.millrace.worker.window.LaneShare;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The dispatches that were taken in and wait for a slot, by lane. For one thread.
final class LaneQueues {
    /// The most of a lane that wait beside a window's worth because their provider asked for it.
    private static final int MOST_PUT_OFF = 32;

    private final Deque<TakenDispatch> interactive = new ArrayDeque<>();
    private final Deque<TakenDispatch> batch = new ArrayDeque<>();

    void add(TakenDispatch taken) {
        of(taken.isBatch()).addLast(taken);
    }

    /// Puts one back in front of its lane.
    void putBack(TakenDispatch taken) {
        of(taken.isBatch()).addFirst(taken);
    }

    /// The next of a lane that is due, which stays.
    @Nullable TakenDispatch peek(LaneShare.Next lane, Instant now) {
        return switch (lane) {
            case INTERACTIVE -> due(interactive, now);
            case BATCH -> due(batch, now);
            case NOBODY -> null;
        };
    }

    private static @Nullable TakenDispatch due(Deque<TakenDispatch> lane, Instant now) {
        for (TakenDispatch taken : lane) {
            if (!now.isBefore(taken.due())) {
                return taken;
            }
        }
        return null;
    }

    /// Takes one out.
    void remove(TakenDispatch taken) {
        of(taken.isBatch()).remove(taken);
    }

    /// Whether a lane holds a window's worth. Those that their provider asked to wait do not count,
    /// as long as they are few: however narrow the window, others can pass them.
    boolean isFull(boolean batchLane, int window) {
        Deque<TakenDispatch> lane = of(batchLane);
        if (lane.size() < window) {
            return false;
        }
        long putOff = lane.stream().filter(TakenDispatch::wasPutOff).count();
        return lane.size() - Math.min(putOff, MOST_PUT_OFF) >= window;
    }

    boolean isEmpty() {
        return interactive.isEmpty() && batch.isEmpty();
    }

    void drop(TopicPartition place) {
        take(taken -> taken.place().equals(place));
    }

    void clear() {
        interactive.clear();
        batch.clear();
    }

    /// Takes out those that match.
    List<TakenDispatch> take(Predicate<TakenDispatch> wanted) {
        List<TakenDispatch> found = new ArrayList<>();
        for (Deque<TakenDispatch> lane : List.of(interactive, batch)) {
            for (Iterator<TakenDispatch> all = lane.iterator(); all.hasNext(); ) {
                TakenDispatch taken = all.next();
                if (wanted.test(taken)) {
                    found.add(taken);
                    all.remove();
                }
            }
        }
        return found;
    }

    private Deque<TakenDispatch> of(boolean batchLane) {
        return batchLane ? batch : interactive;
    }
}
