package dev.millrace.worker.kafka;

import dev.millrace.schemas.Cancellation;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Knows which requests and batches were cancelled, and tells those who have one of them at hand.
/// Remembers the newest hundred thousand, which is far more than can wait anywhere. Thread-safe.
final class Cancellations implements AutoCloseable {
    private static final int MOST = 100_000;

    private final Map<String, Boolean> cancelled =
            new LinkedHashMap<>() {
                @Serial private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > MOST;
                }
            };
    private final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();
    private final TopicFollower<Cancellation> follower;

    Cancellations(KafkaLog kafka) {
        this.follower =
                TopicFollower.start(
                        kafka,
                        kafka.topics().cancellations(),
                        TopicFollower.From.BEGINNING,
                        Map.of(),
                        (_, value, _, _) -> take(value));
    }

    /// Whether the request itself or the batch that it belongs to was cancelled.
    boolean covers(TakenDispatch dispatch) {
        String batch = dispatch.batchId();
        synchronized (cancelled) {
            return cancelled.containsKey(dispatch.requestId())
                    || (batch != null && cancelled.containsKey(batch));
        }
    }

    /// Tells of every cancellation from now on, by the id of its request or batch.
    void onCancellation(Consumer<String> listener) {
        listeners.add(listener);
    }

    void forget(Consumer<String> listener) {
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
        synchronized (cancelled) {
            cancelled.put(cancellation.getTargetId(), true);
        }
        listeners.forEach(listener -> listener.accept(cancellation.getTargetId()));
    }
}
