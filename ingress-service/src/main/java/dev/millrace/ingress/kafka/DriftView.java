package dev.millrace.ingress.kafka;

import dev.millrace.ingress.costs.Drift;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// What the latest rebuild or check of each partition's sums came to. Thread-safe.
final class DriftView implements AutoCloseable {

    private final Map<Integer, Drift> latest = new ConcurrentSkipListMap<>();
    private final TopicFollower<Rebuild> follower;

    DriftView(KafkaLog log) {
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().rebuilds(),
                        From.BEGINNING,
                        Map.of("isolation.level", "read_committed"),
                        (key, rebuild, offset, time) -> take(rebuild));
    }

    /// By partition.
    Map<Integer, Drift> latest() {
        return latest;
    }

    @Override
    public void close() {
        follower.close();
    }

    private void take(@Nullable Rebuild rebuild) {
        Integer partition = rebuild == null ? null : rebuild.getPartition();
        Instant finished = rebuild == null ? null : rebuild.getFinishedAt();
        if (rebuild != null
                && rebuild.getPhase() == RebuildPhase.FINISHED
                && partition != null
                && finished != null) {
            latest.put(
                    partition, new Drift(rebuild.getApply() ? 0 : rebuild.getChanged(), finished));
        }
    }
}
