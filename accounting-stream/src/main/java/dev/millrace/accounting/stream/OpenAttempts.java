package dev.millrace.accounting.stream;

import dev.millrace.schemas.Attempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Which attempts are open, found by their id, by when they are overdue, and by their dispatch:
/// what the store of attempts holds, in memory, since each is looked for several times, and those
/// that it does not hold yet. They are as many as calls are under way. Not thread-safe.
final class OpenAttempts {

    private static final class Open {
        private final UUID id;
        private final UUID dispatch;
        private final long fence;
        private final Instant due;

        /// Null if the store has it.
        private byte @Nullable [] record;

        private boolean closed;

        /// Another one of the dispatch.
        private @Nullable Open next;

        private Open(Attempt started, Instant due, byte @Nullable [] record) {
            this.id = started.getAttemptId();
            this.dispatch = started.getDispatchId();
            this.fence = started.getFence();
            this.due = due;
            this.record = record;
        }
    }

    private final Map<UUID, Open> all = new HashMap<>();
    private final Map<UUID, Open> byDispatch = new HashMap<>();
    private final List<Open> unstored = new ArrayList<>();

    /// Adds one that the store has.
    ///
    /// @param due when the attempt is overdue
    void addStored(Attempt started, Instant due) {
        add(new Open(started, due, null));
    }

    /// Adds one that is to be stored if it is still open when that is done.
    ///
    /// @param due when the attempt is overdue
    /// @param record the STARTED record as it stands on its topic
    void add(Attempt started, Instant due, byte[] record) {
        Open open = new Open(started, due, record);
        add(open);
        unstored.add(open);
    }

    /// Hands out those that are to be stored, which from now on the store has.
    ///
    /// @param store takes their ids and records
    void store(BiConsumer<UUID, byte[]> store) {
        for (Open open : unstored) {
            if (!open.closed && open.record != null) {
                store.accept(open.id, open.record);
                open.record = null;
            }
        }
        unstored.clear();
    }

    boolean contains(UUID attempt) {
        return all.containsKey(attempt);
    }

    /// The STARTED record of one that the store does not have.
    byte @Nullable [] unstored(UUID attempt) {
        Open open = all.get(attempt);
        return open == null ? null : open.record;
    }

    /// Takes one out.
    ///
    /// @return whether the store has it
    boolean remove(UUID attempt) {
        Open open = all.remove(attempt);
        if (open == null) {
            return false;
        }
        open.closed = true;
        byDispatch.computeIfPresent(open.dispatch, (_, first) -> without(open, first));
        return open.record == null;
    }

    /// Some of those that were due by a time, the oldest of these first. All that are open are gone
    /// through.
    ///
    /// @param limit the most to find: there are no more if it finds fewer
    List<UUID> due(Instant until, int limit) {
        return all.values().stream()
                .filter(open -> !open.due.isAfter(until))
                .limit(limit)
                .sorted(
                        Comparator.comparing((Open open) -> open.due)
                                .thenComparing(open -> open.id))
                .map(open -> open.id)
                .toList();
    }

    /// Those of a dispatch that an earlier owner of its partition made.
    List<UUID> below(UUID dispatch, long fence) {
        List<UUID> below = new ArrayList<>(0);
        for (Open open = byDispatch.get(dispatch); open != null; open = open.next) {
            if (open.fence < fence) {
                below.add(open.id);
            }
        }
        below.sort(null);
        return below;
    }

    private void add(Open open) {
        all.put(open.id, open);
        open.next = byDispatch.put(open.dispatch, open);
    }

    private static @Nullable Open without(Open removed, Open first) {
        if (first == removed) {
            return removed.next;
        }
        for (Open open = first; open.next != null; open = open.next) {
            if (open.next == removed) {
                open.next = removed.next;
                break;
            }
        }
        return first;
    }
}
