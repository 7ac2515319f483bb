package dev.millrace.topics;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.ConfigSnapshot;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Price;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.Reroute;
import dev.millrace.schemas.Result;
import dev.millrace.schemas.ServiceStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/// The catalogue: every topic of Millrace under one layout. Immutable.
///
/// A topic is named here when something writes to it; the ones that the design reserves for later
/// (batches, spend, …) join with what fills them.
public final class Topics {

    /// What a provider's name may be, since it becomes part of a topic's name.
    public static final Pattern PROVIDER_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /// The longest that the outcome of a request can be kept.
    public static final Duration LONGEST_RETENTION = Duration.ofDays(7);

    private static final Retention REQUESTS = Retention.untilRead(7);

    private final TopicLayout layout;

    public Topics(TopicLayout layout) {
        this.layout = layout;
    }

    public TopicLayout layout() {
        return layout;
    }

    /// Requests, keyed by tenant.
    public Topic<InferenceRequest> inferenceRequests() {
        return topic("inference-requests", InferenceRequest.class, layout.partitions(), REQUESTS);
    }

    /// Requests on their way to one provider's pool, keyed by request id.
    ///
    /// @param provider a name that matches [#PROVIDER_NAME]
    /// @throws IllegalArgumentException if it does not
    public Topic<Dispatch> dispatches(String provider, Lane lane) {
        if (!PROVIDER_NAME.matcher(provider).matches()) {
            throw new IllegalArgumentException(
                    "provider name '" + provider + "' does not match " + PROVIDER_NAME);
        }
        String suffix = "dispatches." + provider + "." + lane.name().toLowerCase(Locale.ROOT);
        return topic(suffix, Dispatch.class, layout.partitions(), REQUESTS);
    }

    /// The two dispatch topics of a provider: interactive and batch.
    public List<Topic<Dispatch>> dispatches(String provider) {
        return List.of(dispatches(provider, Lane.INTERACTIVE), dispatches(provider, Lane.BATCH));
    }

    /// Replies to ingress instances, keyed by request id, on the partition that the request names.
    public Topic<Reply> replies() {
        return topic("replies", Reply.class, layout.replyPartitions(), Retention.hours(1));
    }

    /// Dispatches that failed, for another target, keyed by tenant.
    public Topic<Reroute> reroutes() {
        return topic("reroutes", Reroute.class, layout.partitions(), REQUESTS);
    }

    /// What happens to requests whose outcome is kept, their terminal outcomes included, keyed by
    /// request id.
    public Topic<Completion> completions() {
        return topic("completions", Completion.class, layout.partitions(), REQUESTS);
    }

    /// The one outcome of each request whose outcome is kept, keyed by request id; see
    /// [#resultKey(UUID, int)].
    public Topic<Result> results() {
        return topic(
                "results",
                Result.class,
                layout.partitions(),
                Retention.newestOfEachKeyFor(LONGEST_RETENTION));
    }

    /// The key of a part of a result. All parts lie on the partition of the key of part 0, which is
    /// the request id.
    public static String resultKey(UUID requestId, int part) {
        return part == 0 ? requestId.toString() : requestId + "#" + part;
    }

    /// The start and the end of every provider call, keyed by tenant.
    public Topic<Attempt> attempts() {
        return topic("attempts", Attempt.class, layout.partitions(), Retention.untilRead(90));
    }

    /// What each attempt costs, keyed by tenant.
    public Topic<Charge> charges() {
        return topic("charges", Charge.class, layout.partitions(), Retention.forever());
    }

    /// Costs by hour, keyed by bucket and dimensions.
    public Topic<Cost> hourlyCosts() {
        return topic("costs.hourly", Cost.class, layout.partitions(), Retention.newestOfEachKey());
    }

    /// Costs by day (UTC), keyed by bucket and dimensions.
    public Topic<Cost> dailyCosts() {
        return topic("costs.daily", Cost.class, layout.partitions(), Retention.newestOfEachKey());
    }

    /// Costs by month (UTC), keyed by bucket and dimensions.
    public Topic<Cost> monthlyCosts() {
        return topic("costs.monthly", Cost.class, layout.partitions(), Retention.newestOfEachKey());
    }

    /// The costs of each hour that is closed, with the hour's keys. An hour that opens again for a
    /// late charge is closed again.
    public Topic<Cost> finalCosts() {
        return topic("costs.final", Cost.class, layout.partitions(), Retention.newestOfEachKey());
    }

    /// Costs by label, of hours, days and months alike, keyed by bucket, dimensions and label. An
    /// attempt with two labels is in two of them: they do not add up to anything.
    public Topic<Cost> labelCosts() {
        return topic("costs.labels", Cost.class, layout.partitions(), Retention.newestOfEachKey());
    }

    /// What rebuilds of the costs were asked for and are done.
    public Topic<Rebuild> rebuilds() {
        return topic("rebuilds", Rebuild.class, 1, Retention.days(30));
    }

    /// Price entries beside the configuration's, keyed by provider, model and effective-from. One
    /// partition: their order is their meaning.
    public Topic<Price> prices() {
        return topic("prices", Price.class, 1, Retention.newestOfEachKey());
    }

    /// Configuration snapshots, keyed by version. One partition: their order is their meaning.
    public Topic<ConfigSnapshot> config() {
        return topic("config", ConfigSnapshot.class, 1, Retention.forever());
    }

    /// Heartbeats of the service instances, keyed by instance. One partition: its offsets are the
    /// fences of the workers.
    public Topic<ServiceStatus> poolStatus() {
        return topic("pool-status", ServiceStatus.class, 1, Retention.newestOfEachKey());
    }

    /// Cancelled requests and batches, keyed by their id.
    public Topic<Cancellation> cancellations() {
        return topic(
                "cancellations",
                Cancellation.class,
                1,
                Retention.newestOfEachKeyFor(Duration.ofDays(7)));
    }

    /// Records that could not be handled, keyed by tenant where it is known.
    public Topic<DeadLetter> deadLetters() {
        return topic("dead-letters", DeadLetter.class, 1, Retention.days(30));
    }

    /// Every topic that does not belong to a provider.
    public List<Topic<?>> fixed() {
        return List.of(
                inferenceRequests(),
                replies(),
                reroutes(),
                completions(),
                results(),
                attempts(),
                charges(),
                hourlyCosts(),
                dailyCosts(),
                monthlyCosts(),
                finalCosts(),
                labelCosts(),
                rebuilds(),
                prices(),
                config(),
                poolStatus(),
                cancellations(),
                deadLetters());
    }

    /// Whether records that a service has yet to read may stand on a topic of this name: requests,
    /// dispatches, reroutes, completions, attempts.
    public boolean mayHoldUnread(String name) {
        return name.startsWith(layout.prefix() + "dispatches.")
                || List.of(inferenceRequests(), reroutes(), completions(), attempts()).stream()
                        .anyMatch(topic -> topic.name().equals(name));
    }

    /// Whether a topic of this name is, or could be, one of Millrace's own, its Streams' internal
    /// ones included.
    public boolean isOurs(String name) {
        return name.startsWith(layout.prefix())
                || name.startsWith("__")
                || name.startsWith("millrace");
    }

    private <V extends SpecificRecord> Topic<V> topic(
            String suffix, Class<V> value, int partitions, Retention retention) {
        Map<String, String> configs = new HashMap<>();
        configs.put("max.message.bytes", Integer.toString(layout.maxRecordBytes()));
        configs.put("message.timestamp.type", "LogAppendTime");
        configs.put("min.insync.replicas", Integer.toString(layout.minInSyncReplicas()));
        Duration age = retention.age();
        configs.put("retention.ms", age == null ? "-1" : Long.toString(age.toMillis()));
        if (!retention.compacted()) {
            configs.put("cleanup.policy", "delete");
        } else {
            configs.put("cleanup.policy", age == null ? "compact" : "compact,delete");
            configs.put("min.cleanable.dirty.ratio", "0.2");
            configs.put("segment.ms", Long.toString(Duration.ofHours(1).toMillis()));
        }
        Long cap = layout.maxPartitionBytes();
        if (cap != null) {
            configs.put("segment.bytes", Long.toString(Math.max(cap / 8, 16L * 1024 * 1024)));
            if (!retention.compacted() && !retention.unread()) {
                configs.put("retention.bytes", Long.toString(cap));
            }
        }
        return new Topic<>(
                layout.prefix() + suffix, value, partitions, layout.replication(), configs);
    }
}
