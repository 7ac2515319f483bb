package dev.millrace.accounting;

import dev.millrace.accounting.stream.Rebuilds;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The rebuilds that the topic has, by their offset. Thread-safe.
final class FollowedRebuilds implements Rebuilds, AutoCloseable {

    /// More than anybody asks for in the time that the topic keeps.
    private static final int MOST = 1_000;

    private final ConcurrentSkipListMap<Long, Wanted> wanted = new ConcurrentSkipListMap<>();
    private final TopicFollower<Rebuild> follower;

    private FollowedRebuilds(KafkaLog log) {
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().rebuilds(),
                        From.BEGINNING,
                        Map.of("isolation.level", "read_committed"),
                        (key, rebuild, offset, time) -> take(rebuild, offset));
    }

    static FollowedRebuilds start(KafkaLog log) {
        return new FollowedRebuilds(log);
    }

    @Override
    public @Nullable Wanted after(long place) {
        Map.Entry<Long, Wanted> next =
                place == NOWHERE ? wanted.lastEntry() : wanted.higherEntry(place);
        return next == null ? null : next.getValue();
    }

    @Override
    public void close() {
        follower.close();
    }

    private void take(@Nullable Rebuild rebuild, long offset) {
        if (rebuild != null && rebuild.getPhase() == RebuildPhase.REQUESTED) {
            wanted.put(
                    offset,
                    new Wanted(
                            offset,
                            rebuild.getRebuildId(),
                            rebuild.getApply(),
                            rebuild.getRequestedAt(),
                            rebuild.getAuthor()));
            if (wanted.size() > MOST) {
                wanted.pollFirstEntry();
            }
        }
    }
}
