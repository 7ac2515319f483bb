package dev.millrace.worker.kafka;

import dev.millrace.worker.window.LaneShare;
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
    /// The most of a lane that wait beside a window's worth because they were throttled.
    private static final int MOST_THROTTLED = 32;

    private final Deque<TakenDispatch> interactive = new ArrayDeque<>();
    private final Deque<TakenDispatch> batch = new ArrayDeque<>();

    void add(TakenDispatch taken) {
        of(taken.isBatch()).addLast(taken);
    }

    /// Puts one back in front of its lane.
    void putBack(TakenDispatch taken) {
        of(taken.isBatch()).addFirst(taken);
    }

    /// The next of a lane, which stays.
    @Nullable TakenDispatch peek(LaneShare.Next lane) {
        return switch (lane) {
            case INTERACTIVE -> interactive.peekFirst();
            case BATCH -> batch.peekFirst();
            case NOBODY -> null;
        };
    }

    /// Takes the first of its lane out.
    void remove(TakenDispatch first) {
        of(first.isBatch()).removeFirst();
    }

    int size(boolean batchLane) {
        return of(batchLane).size();
    }

    /// Whether a lane holds a window's worth. Those that were throttled do not count, as long as
    /// they are few: however narrow the window, others can pass them.
    boolean isFull(boolean batchLane, int window) {
        Deque<TakenDispatch> lane = of(batchLane);
        if (lane.size() < window) {
            return false;
        }
        long throttled = lane.stream().filter(taken -> taken.throttling().last() != null).count();
        return lane.size() - Math.min(throttled, MOST_THROTTLED) >= window;
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
