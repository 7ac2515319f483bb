package dev.millrace.ingress.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The requests of this instance that wait for an answer. Several callers may wait for one request:
/// those who sent it with the same idempotency key. Thread-safe.
public final class PendingAnswers {

    private final Map<UUID, List<SignalSink>> waiting = new ConcurrentHashMap<>();

    /// Those who wait for a request; none for one of another instance, or one that has been
    /// answered.
    public List<SignalSink> of(UUID requestId) {
        return waiting.getOrDefault(requestId, List.of());
    }

    /// How many requests wait.
    public int size() {
        return waiting.size();
    }

    /// Ends the waiting of every request.
    public void stopAll() {
        waiting.values().forEach(all -> all.forEach(one -> one.put(new Signal.Stopping())));
    }

    /// From now on `sink` waits for a request.
    public void open(UUID requestId, SignalSink sink) {
        waiting.merge(requestId, List.of(sink), PendingAnswers::both);
    }

    /// From now on `sink` waits no more.
    public void close(UUID requestId, SignalSink sink) {
        waiting.computeIfPresent(requestId, (id, all) -> without(all, sink));
    }

    private static List<SignalSink> both(List<SignalSink> some, List<SignalSink> more) {
        List<SignalSink> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static @Nullable List<SignalSink> without(List<SignalSink> all, SignalSink sink) {
        List<SignalSink> left = all.stream().filter(one -> one != sink).toList();
        return left.isEmpty() ? null : left;
    }
}
