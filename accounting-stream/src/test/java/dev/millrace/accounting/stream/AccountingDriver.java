package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.ledger.DedupeWindow;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.topology.BoundedRocksDb;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// Runs the topology of one partition over a clock of the test's, and keeps all that it wrote, also
/// over restarts.
final class AccountingDriver implements AutoCloseable {

    static final Duration GRACE = Duration.ofSeconds(60);
    static final DedupeWindow WINDOW = new DedupeWindow(Duration.ofDays(7));

    private static final List<String> STORES =
            List.of(
                    AccountingTopology.ATTEMPTS,
                    AccountingTopology.ATTEMPT_INDEX,
                    AccountingTopology.SUMS_STORE);

    private final Topics topics =
            new Topics(new TopicLayout("llm.", 1, 1, (short) 1, 1, 1 << 20, null));
    private final RecordSerdes serdes = RecordSerdes.builtIn();
    private final Serializer<SpecificRecord> serializer = serdes.serializer();
    private final Deserializer<Charge> chargeReader = serdes.deserializer(Charge.class);
    private final Deserializer<Cost> costReader = serdes.deserializer(Cost.class);
    private final Deserializer<DeadLetter> letterReader = serdes.deserializer(DeadLetter.class);
    private final PriceList prices;
    private final Path state;
    private final Function<String, KeyValueBytesStoreSupplier> stores;
    private final List<TestRecord<String, Charge>> charges = new ArrayList<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final Map<BucketLength, Map<String, Cost>> costs = new LinkedHashMap<>();
    private Instant now;
    private int runs;
    private TopologyTestDriver driver;

    AccountingDriver(
            PriceList prices,
            Instant start,
            Path state,
            Function<String, KeyValueBytesStoreSupplier> stores) {
        this.prices = prices;
        this.now = start;
        this.state = state;
        this.stores = stores;
        this.driver = open();
    }

    Instant now() {
        return now;
    }

    /// Sends an attempt that the log takes now.
    void send(Attempt attempt) {
        send(attempt.getTenant(), serializer.serialize(topics.attempts().name(), attempt), now);
    }

    /// Sends an attempt that the log took at a time.
    void send(Attempt attempt, Instant written) {
        send(attempt.getTenant(), serializer.serialize(topics.attempts().name(), attempt), written);
    }

    void send(@Nullable String key, byte @Nullable [] value, Instant written) {
        driver.createInputTopic(
                        topics.attempts().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, written));
        collect();
    }

    byte[] bytes(Attempt attempt) {
        return serializer.serialize(topics.attempts().name(), attempt);
    }

    void advance(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
        collect();
    }

    /// Stops the topology and starts it again with the stores as they were.
    void restart() {
        TopologyTestDriver before = driver;
        driver = open();
        for (String store : STORES) {
            AccountingDriver.<Object, Object>copy(before, driver, store);
        }
        before.close();
        collect();
    }

    /// Every charge so far, in order.
    List<Charge> charges() {
        return charges.stream().map(TestRecord::value).toList();
    }

    /// The keys of the charges so far, in order.
    List<String> chargeKeys() {
        return charges.stream().map(TestRecord::key).toList();
    }

    List<DeadLetter> letters() {
        return List.copyOf(letters);
    }

    /// The newest record of each key.
    Map<String, Cost> costs(BucketLength length) {
        return costs.getOrDefault(length, Map.of());
    }

    /// How many entries a store has.
    int size(String store) {
        KeyValueStore<Object, Object> entries = driver.getKeyValueStore(store);
        int size = 0;
        try (KeyValueIterator<Object, Object> all = entries.all()) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        return size;
    }

    double metric(String name) {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .filter(metric -> metric.getKey().group().equals("stream-accounting-metrics"))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .sum();
    }

    @Override
    public void close() {
        driver.close();
        serializer.close();
        chargeReader.close();
        costReader.close();
        letterReader.close();
    }

    private TopologyTestDriver open() {
        AccountingLinks links =
                new AccountingLinks(
                        topics,
                        serdes,
                        version -> prices,
                        () -> now,
                        "accounting-1",
                        GRACE,
                        WINDOW);
        Properties config = new Properties();
        config.setProperty(StreamsConfig.STATE_DIR_CONFIG, state.resolve("run-" + runs).toString());
        config.setProperty(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.setProperty(
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
        runs++;
        return new TopologyTestDriver(AccountingTopology.build(links, stores), config, now);
    }

    private void collect() {
        read(topics.charges(), chargeReader, charges);
        List<TestRecord<String, DeadLetter>> refused = new ArrayList<>();
        read(topics.deadLetters(), letterReader, refused);
        refused.forEach(record -> letters.add(record.value()));
        for (BucketLength length : BucketLength.values()) {
            List<TestRecord<String, Cost>> sums = new ArrayList<>();
            read(AccountingTopology.costsTopic(topics, length), costReader, sums);
            Map<String, Cost> newest = costs.computeIfAbsent(length, key -> new LinkedHashMap<>());
            sums.forEach(record -> newest.put(record.key(), record.value()));
        }
    }

    private <V extends SpecificRecord> void read(
            Topic<V> topic, Deserializer<V> reader, List<TestRecord<String, V>> records) {
        records.addAll(
                driver.createOutputTopic(topic.name(), new StringDeserializer(), reader)
                        .readRecordsToList());
    }

    private static <K, V> void copy(TopologyTestDriver from, TopologyTestDriver to, String store) {
        KeyValueStore<K, V> source = from.getKeyValueStore(store);
        KeyValueStore<K, V> target = to.getKeyValueStore(store);
        try (KeyValueIterator<K, V> all = source.all()) {
            all.forEachRemaining(entry -> target.put(entry.key, entry.value));
        }
    }
}
