package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import dev.millrace.topology.BeforeCommit;
import java.util.Locale;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/// The accounting topology, one task for each partition of the attempts:
///
/// ```
/// llm.attempts ──▶ settle ──┬──▶ charges ─────▶ llm.charges
///                           ├──▶ sums ────────▶ llm.costs.hourly, .daily, .monthly, .final, .labels,
///                           │                   llm.rebuilds
///                           └──▶ dead-letters ▶ llm.dead-letters
/// ```
///
/// Everything is keyed, and every store partitioned, by tenant: nothing is repartitioned.
public final class AccountingTopology {

    static final String SETTLE = "settle";
    static final String CHARGES = "charges";
    static final String SUMS = "sums";
    static final String FINAL_COSTS = "costs-final";
    static final String LABEL_COSTS = "costs-labels";
    static final String REBUILDS = "rebuilds";
    static final String DEAD_LETTERS = "dead-letters";

    /// The stores. Their names are part of their changelogs' names: a store under another one is
    /// empty.
    static final String ATTEMPTS = "attempts";

    static final String ATTEMPT_INDEX = "attempt-index";
    static final String SUMS_STORE = "costs";

    /// What tells the processors of a commit.
    static final String SETTLE_COMMIT = "settle-commit";

    static final String SUMS_COMMIT = "sums-commit";

    private AccountingTopology() {}

    /// Builds the topology, with its stores on disk.
    public static Topology build(AccountingLinks links) {
        return build(links, Stores::persistentKeyValueStore);
    }

    /// @param stores makes the store of a name
    static Topology build(
            AccountingLinks links, Function<String, KeyValueBytesStoreSupplier> stores) {
        Topics topics = links.topics();
        Serializer<DeadLetter> letters = links.serdes().serializer();
        Serializer<Entry.Booking> booking = (topic, entry) -> entry.record();
        Serializer<Entry.Refused> refused =
                (topic, entry) -> letters.serialize(topic, entry.letter());
        Topology topology =
                new Topology()
                        .addSource(
                                "attempts",
                                new StringDeserializer(),
                                new ByteArrayDeserializer(),
                                topics.attempts().name())
                        .addProcessor(SETTLE, () -> new SettleAttempts(links), "attempts")
                        .addProcessor(SUMS, () -> new AggregateCharges(links), SETTLE)
                        .addStateStore(
                                Stores.keyValueStoreBuilder(
                                                stores.apply(ATTEMPTS),
                                                Serdes.Bytes(),
                                                Serdes.ByteArray())
                                        .withLoggingEnabled(Changelogs.ofWhatChanges()),
                                SETTLE)
                        .addStateStore(
                                Stores.keyValueStoreBuilder(
                                                stores.apply(ATTEMPT_INDEX),
                                                Serdes.Bytes(),
                                                Serdes.ByteArray())
                                        .withLoggingEnabled(
                                                Changelogs.ofWhatStays(links.window().length())),
                                SETTLE)
                        .addStateStore(
                                Stores.keyValueStoreBuilder(
                                                stores.apply(SUMS_STORE),
                                                Serdes.String(),
                                                Serdes.ByteArray())
                                        .withLoggingEnabled(Changelogs.ofWhatChanges()),
                                SUMS)
                        .addStateStore(BeforeCommit.builder(SETTLE_COMMIT), SETTLE)
                        .addStateStore(BeforeCommit.builder(SUMS_COMMIT), SUMS)
                        .addSink(
                                CHARGES,
                                topics.charges().name(),
                                new StringSerializer(),
                                booking,
                                SETTLE)
                        .addSink(
                                DEAD_LETTERS,
                                topics.deadLetters().name(),
                                new StringSerializer(),
                                refused,
                                SETTLE);
        for (BucketLength length : BucketLength.values()) {
            addSums(topology, costs(length), costsTopic(topics, length));
        }
        addSums(topology, FINAL_COSTS, topics.finalCosts());
        addSums(topology, LABEL_COSTS, topics.labelCosts());
        addSums(topology, REBUILDS, topics.rebuilds());
        return topology;
    }

    private static void addSums(Topology topology, String sink, Topic<?> topic) {
        topology.addSink(
                sink, topic.name(), new StringSerializer(), new ByteArraySerializer(), SUMS);
    }

    /// The sink of the sums of a length.
    static String costs(BucketLength length) {
        return "costs-" + length.name().toLowerCase(Locale.ROOT);
    }

    static Topic<Cost> costsTopic(Topics topics, BucketLength length) {
        return switch (length) {
            case HOUR -> topics.hourlyCosts();
            case DAY -> topics.dailyCosts();
            case MONTH -> topics.monthlyCosts();
        };
    }
}
