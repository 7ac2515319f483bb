package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.DedupeWindow;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Rebuild;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.topology.TopologyRun;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// Runs the topology of one partition over a clock of the test's, and keeps all that it wrote, also
/// over restarts.
final class AccountingDriver implements AutoCloseable {

    static final Duration GRACE = Duration.ofSeconds(60);
    static final DedupeWindow WINDOW = new DedupeWindow(Duration.ofDays(7));

    static final int MOST_LABEL_VALUES = 3;
    static final Duration CHECK_EVERY = Duration.ofDays(30);

    private final Topics topics =
            new Topics(new TopicLayout("llm.", 1, 1, (short) 1, 1, 1 << 20, null));
    private PriceList prices;
    private Rebuilds.@Nullable Wanted wanted;
    private final List<Rebuild> rebuilds = new ArrayList<>();
    private final Function<String, KeyValueBytesStoreSupplier> stores;
    private final List<TestRecord<String, Charge>> charges = new ArrayList<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final Map<BucketLength, Map<String, Cost>> costs = new LinkedHashMap<>();
    private final Map<String, Cost> labelCosts = new LinkedHashMap<>();
    private final List<TestRecord<String, Cost>> finals = new ArrayList<>();
    private final TopologyRun run;

    AccountingDriver(
            PriceList prices,
            Instant start,
            Path state,
            Function<String, KeyValueBytesStoreSupplier> stores) {
        this.prices = prices;
        this.stores = stores;
        this.run = new TopologyRun(this::topology, start, state);
    }

    Instant now() {
        return run.now();
    }

    /// Sends an attempt that the log takes now.
    void send(Attempt attempt) {
        send(attempt, now());
    }

    /// Sends an attempt that the log took at a time.
    void send(Attempt attempt, Instant written) {
        send(attempt.getTenant(), bytes(attempt), written);
    }

    void send(@Nullable String key, byte @Nullable [] value, Instant written) {
        run.input(topics.attempts()).pipeInput(new TestRecord<>(key, value, written));
    }

    byte[] bytes(Attempt attempt) {
        return run.bytes(attempt);
    }

    /// Publishes other prices, and lets time pass until no charge is replaced any more.
    void publish(PriceList changed) {
        announce(changed);
        int before;
        do {
            before = charges().size();
            for (int tick = 0; tick < 6; tick++) {
                advance(Duration.ofMillis(200));
            }
        } while (charges().size() > before);
    }

    /// Publishes other prices, and lets no time pass.
    void announce(PriceList changed) {
        prices = changed;
    }

    /// Asks for a rebuild of the sums.
    void askForRebuild(boolean apply) {
        long place = wanted == null ? 0 : wanted.place() + 1;
        wanted = new Rebuilds.Wanted(place, new UUID(0xc, place), apply, now(), "test");
    }

    /// Every rebuild that is done, in order.
    List<Rebuild> rebuilds() {
        collect();
        return List.copyOf(rebuilds);
    }

    /// The sums in the store, under their keys.
    KeyValueStore<String, byte[]> sums() {
        return run.store(AccountingTopology.SUMS_STORE);
    }

    void advance(Duration time) {
        run.advance(time);
    }

    /// Stops the topology and starts it again with the stores as they were.
    void restart() {
        collect();
        run.restart();
    }

    /// Every charge so far, in order.
    List<Charge> charges() {
        collect();
        return charges.stream().map(TestRecord::value).toList();
    }

    /// The keys of the charges so far, in order.
    List<String> chargeKeys() {
        collect();
        return charges.stream().map(TestRecord::key).toList();
    }

    List<DeadLetter> letters() {
        collect();
        return List.copyOf(letters);
    }

    /// The newest record of each key, when everything is summed up.
    Map<String, Cost> costs(BucketLength length) {
        advance(Duration.ofMillis(50));
        collect();
        return costs.getOrDefault(length, Map.of());
    }

    /// The newest record of each key of the sums by label, when everything is summed up.
    Map<String, Cost> labelCosts() {
        advance(Duration.ofSeconds(1));
        collect();
        return labelCosts;
    }

    /// Every final record so far, in order.
    List<TestRecord<String, Cost>> finals() {
        collect();
        return List.copyOf(finals);
    }

    /// How many entries a store has.
    int size(String store) {
        return run.entries(store);
    }

    double metric(String name) {
        return run.metric("stream-accounting-metrics", name);
    }

    @Override
    public void close() {
        run.close();
    }

    private Topology topology(InstantSource clock) {
        AccountingLinks links =
                new AccountingLinks(
                        topics,
                        RecordSerdes.builtIn(),
                        Attempts.inForce(() -> prices),
                        new RecordedCharges(this::charges),
                        clock,
                        "accounting-1",
                        GRACE,
                        WINDOW,
                        place -> wanted != null && wanted.place() > place ? wanted : null,
                        CHECK_EVERY,
                        MOST_LABEL_VALUES);
        return AccountingTopology.build(links, stores);
    }

    /// Takes what was written since the last time.
    private void collect() {
        charges.addAll(run.records(topics.charges()));
        letters.addAll(run.values(topics.deadLetters()));
        rebuilds.addAll(run.values(topics.rebuilds()));
        finals.addAll(run.records(topics.finalCosts()));
        run.records(topics.labelCosts())
                .forEach(record -> labelCosts.put(record.key(), record.value()));
        for (BucketLength length : BucketLength.values()) {
            Map<String, Cost> newest = costs.computeIfAbsent(length, key -> new LinkedHashMap<>());
            run.records(AccountingTopology.costsTopic(topics, length))
                    .forEach(record -> newest.put(record.key(), record.value()));
        }
    }
}
