package dev.millrace.topics;

import dev.millrace.schemas.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Knows which requests and batches were cancelled, and tells those who listen. A cancellation is
/// remembered until the request's deadline has passed on every clock: afterwards the deadline
/// itself ends the request. Thread-safe.
public final class CancelledRequests implements AutoCloseable {

    /// By how much the clocks of two processes may differ.
    private static final Duration SKEW = Duration.ofMinutes(15);

    private record Remembered(String id, Instant until) {}

    private final InstantSource clock;
    private final Map<String, Instant> cancelled = new HashMap<>();
    private final PriorityQueue<Remembered> endings =
            new PriorityQueue<>(Comparator.comparing(Remembered::until));
    private final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();
    private final TopicFollower<Cancellation> follower;

    private CancelledRequests(KafkaLog log, InstantSource clock) {
        this.clock = clock;
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().cancellations(),
                        TopicFollower.From.BEGINNING,
                        Map.of(),
                        (key, value, offset, timestamp) -> take(value));
    }

    /// Starts to follow the topic of cancellations, which has to exist.
    public static CancelledRequests follow(KafkaLog log, InstantSource clock) {
        return new CancelledRequests(log, clock);
    }

    /// Completes when everything that the topic held at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return follower.caughtUp();
    }

    /// Whether the request or batch of this id was cancelled.
    public boolean contains(String id) {
        synchronized (cancelled) {
            return cancelled.containsKey(id);
        }
    }

    /// Tells of every cancellation from now on, by the id of its request or batch, on the
    /// follower's thread.
    public void onCancellation(Consumer<String> listener) {
        listeners.add(listener);
    }

    /// Tells this listener no more.
    public void forget(Consumer<String> listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        follower.close();
    }

    private void take(@Nullable Cancellation cancellation) {
        if (cancellation == null) {
            return;
        }
        String id = cancellation.getTargetId();
        Instant deadline = cancellation.getDeadline();
        Instant until =
                deadline != null
                        ? deadline.plus(SKEW)
                        : cancellation.getCancelledAt().plus(Topics.LONGEST_RETENTION);
        synchronized (cancelled) {
            Instant now = clock.instant();
            for (Remembered first = endings.peek();
                    first != null && first.until().isBefore(now);
                    first = endings.peek()) {
                endings.remove();
                cancelled.remove(first.id(), first.until());
            }
            if (until.isBefore(now)) {
                return;
            }
            cancelled.put(id, until);
            endings.add(new Remembered(id, until));
        }
        listeners.forEach(listener -> listener.accept(id));
    }
}
