package dev.millrace.router.outcome;

import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.Result;
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
import java.util.Objects;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// Runs the outcome gate of one partition over a clock of the test's, and keeps all results that it
/// wrote, also over restarts.
final class OutcomeDriver implements AutoCloseable {

    private static final List<String> STORES =
            List.of(OutcomeTopology.OUTCOMES, OutcomeTopology.PARTS);

    private final Topics topics =
            new Topics(new TopicLayout("llm.", 1, 1, (short) 1, 1, 1 << 20, null));
    private final RecordSerdes serdes = RecordSerdes.builtIn();
    private final Path state;
    private final List<TestRecord<String, Result>> results = new ArrayList<>();
    private Instant now;
    private int runs;
    private TopologyTestDriver driver;

    OutcomeDriver(Instant start, Path state) {
        this.now = start;
        this.state = state;
        this.driver = open();
    }

    Instant now() {
        return now;
    }

    /// Sends an event that the log takes now.
    void send(Completion event) {
        send(event, now);
    }

    /// Sends an event that the log took at a time.
    void send(Completion event, Instant written) {
        byte[] value = serdes.serializer().serialize("", event);
        send(event.getRequestId().toString(), value, written);
    }

    void send(String key, byte @Nullable [] value, Instant written) {
        driver.createInputTopic(
                        topics.completions().name(),
                        new StringSerializer(),
                        new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, written));
        collect();
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
            KeyValueStore<Bytes, byte[]> source = before.getKeyValueStore(store);
            KeyValueStore<Bytes, byte[]> target = driver.getKeyValueStore(store);
            try (KeyValueIterator<Bytes, byte[]> all = source.all()) {
                all.forEachRemaining(entry -> target.put(entry.key, entry.value));
            }
        }
        before.close();
    }

    /// The results so far, in order, without the tombstones.
    List<Result> results() {
        return results.stream().map(TestRecord::value).filter(Objects::nonNull).toList();
    }

    /// The result under a key.
    Result result(String key) {
        return Objects.requireNonNull(table().get(key), key);
    }

    /// The keys of the results so far, in order.
    List<String> keys() {
        return results.stream().map(TestRecord::key).toList();
    }

    /// The newest result of each key that has one.
    Map<String, Result> table() {
        Map<String, Result> table = new LinkedHashMap<>();
        for (TestRecord<String, Result> record : results) {
            if (record.value() == null) {
                table.remove(record.key());
            } else {
                table.put(record.key(), record.value());
            }
        }
        return table;
    }

    /// The replies on a Kafka caller's topic since this was asked last.
    List<TestRecord<String, Reply>> replies(String topic) {
        return driver.createOutputTopic(
                        topic, new StringDeserializer(), serdes.deserializer(Reply.class))
                .readRecordsToList();
    }

    /// The dead letters since this was asked last.
    List<DeadLetter> letters() {
        return read(topics.deadLetters()).stream().map(TestRecord::value).toList();
    }

    /// How many entries the stores have together.
    int entries() {
        int size = 0;
        for (String store : STORES) {
            KeyValueStore<Object, Object> entries = driver.getKeyValueStore(store);
            try (KeyValueIterator<Object, Object> all = entries.all()) {
                while (all.hasNext()) {
                    all.next();
                    size++;
                }
            }
        }
        return size;
    }

    double metric(String name) {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .filter(metric -> metric.getKey().group().equals("stream-outcomes-metrics"))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .sum();
    }

    @Override
    public void close() {
        driver.close();
    }

    private TopologyTestDriver open() {
        WireLinks links =
                new WireLinks(
                        topics,
                        serdes,
                        topic -> Map.of("replies.service", 3).getOrDefault(topic, 0),
                        () -> now,
                        "router-1");
        Properties config = new Properties();
        config.setProperty(StreamsConfig.STATE_DIR_CONFIG, state.resolve("run-" + runs).toString());
        config.setProperty(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.setProperty(
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
        runs++;
        return new TopologyTestDriver(OutcomeTopology.build(links), config, now);
    }

    private void collect() {
        results.addAll(read(topics.results()));
    }

    private <V extends SpecificRecord> List<TestRecord<String, V>> read(Topic<V> topic) {
        return driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), serdes.deserializer(topic.value()))
                .readRecordsToList();
    }
}
