package dev.millrace.ingress.kafka;

import dev.millrace.ingress.costs.Bucket;
import dev.millrace.ingress.costs.CostRow;
import dev.millrace.ingress.costs.CostSource;
import dev.millrace.ingress.costs.LabelledCosts;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
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
final class CostViews implements CostSource, AutoCloseable {

    private static final Map<String, String> COMMITTED =
            Map.of("isolation.level", "read_committed");

    /// The most rows by label of each length. A row takes about a kilobyte.
    private static final int MOST_LABEL_ROWS = 20_000;

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
                            COMMITTED,
                            (key, cost, offset, time) -> take(key, cost));
        }

        private void take(@Nullable String key, @Nullable Cost cost) {
            if (key == null) {
                return;
            }
            if (cost == null) {
                rows.remove(key);
            } else {
                rows.put(key, CostRows.row(cost));
            }
        }

        @Override
        public void close() {
            follower.close();
        }
    }

    /// The newest record of each key of the costs by label.
    private static final class LabelView implements AutoCloseable {

        private final Map<Bucket, LabelRows> rows = new EnumMap<>(Bucket.class);
        private final TopicFollower<Cost> follower;

        LabelView(KafkaLog log) {
            for (Bucket bucket : Bucket.values()) {
                rows.put(bucket, new LabelRows(MOST_LABEL_ROWS));
            }
            follower =
                    TopicFollower.start(
                            log,
                            log.topics().labelCosts(),
                            From.BEGINNING,
                            COMMITTED,
                            (key, cost, offset, time) -> take(key, cost));
        }

        private void take(@Nullable String key, @Nullable Cost cost) {
            if (key == null) {
                return;
            }
            if (cost == null) {
                rows.values().forEach(length -> length.remove(key));
                return;
            }
            LabelRows length = rows.get(bucket(cost.getGranularity()));
            if (length != null) {
                length.put(key, CostRows.row(cost));
            }
        }

        private static @Nullable Bucket bucket(Granularity granularity) {
            return switch (granularity) {
                case HOUR -> Bucket.HOUR;
                case DAY -> Bucket.DAY;
                case MONTH -> Bucket.MONTH;
                case UNKNOWN -> null;
            };
        }

        @Override
        public void close() {
            follower.close();
        }
    }

    private final Map<Bucket, View> views = new EnumMap<>(Bucket.class);
    private final LabelView labels;

    /// Starts to follow the cost topics, which have to exist.
    CostViews(KafkaLog log) {
        views.put(Bucket.HOUR, new View(log, log.topics().hourlyCosts()));
        views.put(Bucket.DAY, new View(log, log.topics().dailyCosts()));
        views.put(Bucket.MONTH, new View(log, log.topics().monthlyCosts()));
        labels = new LabelView(log);
    }

    @Override
    public Optional<Collection<CostRow>> totals(Bucket bucket) {
        View view = views.get(bucket);
        return view == null || !isCaughtUp(view.follower)
                ? Optional.empty()
                : Optional.of(List.copyOf(view.rows.values()));
    }

    @Override
    public Optional<LabelledCosts> labelled(Bucket bucket) {
        LabelRows rows = labels.rows.get(bucket);
        return rows == null || !isCaughtUp(labels.follower)
                ? Optional.empty()
                : Optional.of(rows.kept());
    }

    @Override
    public void close() {
        views.values().forEach(View::close);
        labels.close();
    }

    private static boolean isCaughtUp(TopicFollower<?> follower) {
        return follower.caughtUp().state() == Future.State.SUCCESS;
    }
}
