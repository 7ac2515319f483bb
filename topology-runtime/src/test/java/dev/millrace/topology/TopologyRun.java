package dev.millrace.topology;

import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// Runs a topology of one partition over a clock of the test's, without a broker, with the settings
/// of the services. For one thread.
public final class TopologyRun implements AutoCloseable {

    private final Function<InstantSource, Topology> topology;
    private final @Nullable Path state;
    private final RecordSerdes serdes = RecordSerdes.builtIn();
    private final Serializer<SpecificRecord> serializer = serdes.serializer();
    private final Map<Class<?>, Deserializer<?>> readers = new HashMap<>();
    private Instant now;
    private int runs;
    private TopologyTestDriver driver;

    /// Starts a topology.
    ///
    /// @param topology makes it, over a clock, at each start
    /// @param start what the clock says at first
    /// @param state the folder for the files of its stores; null where all are in memory
    public TopologyRun(
            Function<InstantSource, Topology> topology, Instant start, @Nullable Path state) {
        this.topology = topology;
        this.now = start;
        this.state = state;
        this.driver = open();
    }

    /// What the clock says.
    public Instant now() {
        return now;
    }

    /// Lets time pass.
    public void advance(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    /// Stops the topology and starts it again with its stores as they were, and with offsets from
    /// 0. What it wrote before and nobody read is gone.
    public void restart() {
        TopologyTestDriver before = driver;
        driver = open();
        before.getAllStateStores()
                .forEach((name, store) -> {
                    if (!(store instanceof BeforeCommit)) {
                        TopologyRun.<Object, Object>copy(before, driver, name);
                    }
                });
        before.close();
    }

    /// Where to put records for the topology.
    public TestInputTopic<String, byte[]> input(Topic<?> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), new ByteArraySerializer());
    }

    /// A record as it stands on its topic.
    public byte[] bytes(SpecificRecord record) {
        return serializer.serialize("", record);
    }

    /// The records of a topic since this was asked last.
    public <V extends SpecificRecord> List<TestRecord<String, V>> records(Topic<V> topic) {
        return records(topic.name(), topic.value());
    }

    /// The records of a topic that is not in the catalogue, since this was asked last.
    public <V extends SpecificRecord> List<TestRecord<String, V>> records(
            String topic, Class<V> value) {
        return driver.createOutputTopic(topic, new StringDeserializer(), reader(value))
                .readRecordsToList();
    }

    /// The values of a topic since this was asked last.
    public <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        return records(topic).stream().map(TestRecord::value).toList();
    }

    /// A store, to be looked at and meddled with.
    public <K, V> KeyValueStore<K, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /// How many entries a store has.
    public int entries(String store) {
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

    /// The sum of a metric over all that have it.
    public double metric(String group, String name) {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .filter(metric -> metric.getKey().group().equals(group))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .sum();
    }

    @Override
    public void close() {
        driver.close();
        serializer.close();
        readers.values().forEach(Deserializer::close);
    }

    private TopologyTestDriver open() {
        Properties config = new Properties();
        if (state != null) {
            config.setProperty(
                    StreamsConfig.STATE_DIR_CONFIG, state.resolve("run-" + runs).toString());
        }
        config.setProperty(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.setProperty(
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
        runs++;
        return new TopologyTestDriver(topology.apply(() -> now), config, now);
    }

    @SuppressWarnings("unchecked") // a class's deserializer stands under that class
    private <V extends SpecificRecord> Deserializer<V> reader(Class<V> value) {
        return (Deserializer<V>) readers.computeIfAbsent(value, _ -> serdes.deserializer(value));
    }

    private static <K, V> void copy(TopologyTestDriver from, TopologyTestDriver to, String store) {
        KeyValueStore<K, V> source = from.getKeyValueStore(store);
        KeyValueStore<K, V> target = to.getKeyValueStore(store);
        try (KeyValueIterator<K, V> all = source.all()) {
            all.forEachRemaining(entry -> target.put(entry.key, entry.value));
        }
    }
}
