package dev.millrace.standalone;

import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches the pools of this process for the people in front of it. Thread-safe.
final class PoolWatch implements AutoCloseable {

    private final String instance;
    private final Map<String, PoolStatus> pools = new LinkedHashMap<>();
    private final TopicFollower<ServiceStatus> follower;
    private @Nullable Consumer<PoolStatus> onChange;

    PoolWatch(KafkaLog log, String workerInstance) {
        this.instance = workerInstance;
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().poolStatus(),
                        From.END,
                        Map.of(),
                        (key, status, offset, time) -> hear(status));
    }

    /// Waits until every pool has been looked at once and its server has answered, or has not; or
    /// until the time is over.
    ///
    /// @param expected the names of the configured providers
    /// @return what is known of the pools by then
    synchronized List<PoolStatus> await(List<String> expected, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!expected.stream().allMatch(this::lookedAt)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return new ArrayList<>(pools.values());
    }

    /// Tells of every pool that appears or changes its state from now on.
    synchronized void onChange(Consumer<PoolStatus> listener) {
        onChange = listener;
    }

    @Override
    public void close() {
        follower.close();
    }

    private boolean lookedAt(String provider) {
        PoolStatus pool = pools.get(provider);
        return pool != null && pool.getState() != PoolState.UNKNOWN;
    }

    private synchronized void hear(@Nullable ServiceStatus status) {
        if (status == null
                || status.getRole() != ServiceRole.WORKER
                || !status.getInstance().equals(instance)) {
            return;
        }
        for (PoolStatus pool : status.getPools()) {
            PoolStatus before = pools.put(pool.getProvider(), pool);
            if (onChange != null && (before == null || before.getState() != pool.getState())) {
                onChange.accept(pool);
            }
        }
        List<String> there = status.getPools().stream().map(PoolStatus::getProvider).toList();
        pools.keySet().retainAll(there);
        notifyAll();
    }
}
