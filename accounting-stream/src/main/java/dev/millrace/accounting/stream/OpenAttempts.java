package dev.millrace.accounting.stream;

import dev.millrace.schemas.Attempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// Which attempts are open, found by their id, by when they are overdue, and by their dispatch:
/// what the store of attempts holds, in memory, since each is looked for several times and most are
/// open for a moment. They are as many as calls are under way. Not thread-safe.
final class OpenAttempts {

    private record Open(UUID id, UUID dispatch, long fence, Instant due) {}

    private static final Comparator<Open> BY_TIME =
            Comparator.comparing(Open::due).thenComparing(Open::id);

    private final Map<UUID, Open> all = new HashMap<>();
    private final Map<UUID, Set<Open>> byDispatch = new HashMap<>();
    private final NavigableSet<Open> byTime = new TreeSet<>(BY_TIME);

    /// @param due when the attempt is overdue
    void add(Attempt started, Instant due) {
        Open open =
                new Open(started.getAttemptId(), started.getDispatchId(), started.getFence(), due);
        all.put(open.id(), open);
        byDispatch.computeIfAbsent(open.dispatch(), _ -> new HashSet<>(2)).add(open);
        byTime.add(open);
    }

    boolean contains(UUID attempt) {
        return all.containsKey(attempt);
    }

    void remove(UUID attempt) {
        Open open = all.remove(attempt);
        if (open != null) {
            byTime.remove(open);
            byDispatch.computeIfPresent(
                    open.dispatch(),
                    (_, others) -> {
                        others.remove(open);
                        return others.isEmpty() ? null : others;
                    });
        }
    }

    /// Those that were due by a time, the oldest first.
    ///
    /// @param limit the most to find
    List<UUID> due(Instant until, int limit) {
        List<UUID> due = new ArrayList<>();
        for (Open open : byTime) {
            if (open.due().isAfter(until) || due.size() == limit) {
                break;
            }
            due.add(open.id());
        }
        return due;
    }

    /// Those of a dispatch that an earlier owner of its partition made.
    List<UUID> below(UUID dispatch, long fence) {
        return byDispatch.getOrDefault(dispatch, Set.of()).stream()
                .filter(open -> open.fence() < fence)
                .map(Open::id)
                .sorted()
                .toList();
    }
}
