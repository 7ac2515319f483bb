package dev.millrace.ingress.kafka;

import dev.millrace.ingress.costs.Bucket;
import dev.millrace.ingress.costs.CostRow;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Lane;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// This instance's own view of the cost topics, of committed records only. Thread-safe.
public final class CostViews implements AutoCloseable {

    /// One topic's newest record of each key.
    private static final class View implements AutoCloseable {

        private final Map<String, CostRow> rows = new ConcurrentHashMap<>();
        private final TopicFollower<Cost> follower;

        View(KafkaLog log, Topic<Cost> topic) {
            follower =
                    TopicFollower.start(
                            log,
                            topic,
                            From.BEGINNING,
                            Map.of("isolation.level", "read_committed"),
                            (key, cost, offset, time) -> take(key, cost));
        }

        private void take(@Nullable String key, @Nullable Cost cost) {
            if (key == null) {
                return;
            }
            if (cost == null) {
                rows.remove(key);
            } else {
                rows.put(key, row(cost));
            }
        }

        @Override
        public void close() {
            follower.close();
        }
    }

    private final Map<Bucket, View> views = new EnumMap<>(Bucket.class);

    /// Starts to follow the cost topics, which have to exist.
    CostViews(KafkaLog log) {
        views.put(Bucket.HOUR, new View(log, log.topics().hourlyCosts()));
        views.put(Bucket.DAY, new View(log, log.topics().dailyCosts()));
        views.put(Bucket.MONTH, new View(log, log.topics().monthlyCosts()));
    }

    /// Every row with buckets of this length; empty until everything that the topic held at the
    /// start has been read.
    public Optional<Collection<CostRow>> rows(Bucket bucket) {
        View view = views.get(bucket);
        return view == null || view.follower.caughtUp().state() != Future.State.SUCCESS
                ? Optional.empty()
                : Optional.of(List.copyOf(view.rows.values()));
    }

    @Override
    public void close() {
        views.values().forEach(View::close);
    }

    private static CostRow row(Cost cost) {
        return new CostRow(
                cost.getBucketStart(),
                cost.getTenant(),
                cost.getKeyId(),
                cost.getProvider(),
                cost.getUpstreamModel(),
                cost.getLane() == Lane.BATCH ? "batch" : "interactive",
                cost.getAmount(),
                cost.getCurrency(),
                new CostRow.Counts(
                        cost.getRequests(),
                        cost.getAttempts(),
                        cost.getFailures(),
                        cost.getUnpricedAttempts(),
                        cost.getEstimatedAttempts(),
                        cost.getInputTokens(),
                        cost.getCacheReadTokens(),
                        cost.getCacheWriteTokens(),
                        cost.getOutputTokens(),
                        cost.getReasoningTokens()));
    }
}
