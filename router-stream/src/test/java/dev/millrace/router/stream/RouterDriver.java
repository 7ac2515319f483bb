package dev.millrace.router.stream;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.router.routing.Pool;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.Reroute;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;

/// Runs the router's topology of one partition over a clock of the test's, with two providers that
/// serve the model `assistant` one after the other.
final class RouterDriver implements AutoCloseable {

    private static final String CONFIGURATION =
            """
            providers:
              - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
              - { name: two, kind: openai-compatible, base-url: "http://127.0.0.1:2/v1" }
            models:
              - name: assistant
                targets: [ { provider: one, model: big } ]
                fallbacks: [reserve]
              - { name: reserve, targets: [ { provider: two, model: small } ] }
            """;

    final Topics topics = new Topics(new TopicLayout("llm.", 1, 2, (short) 1, 1, 1 << 20, null));
    final Set<String> cancelled = new HashSet<>();
    private final RecordSerdes serdes = RecordSerdes.builtIn();
    private Instant now;
    private Set<String> reachable = Set.of("one", "two");
    private TopologyTestDriver driver;

    RouterDriver(Instant start) {
        now = start;
        driver = open();
    }

    Instant now() {
        return now;
    }

    void advance(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    /// From now on no target can be reached.
    void loseTargets() {
        reachable = Set.of();
    }

    void send(InferenceRequest request) {
        send(request, new RecordHeaders());
    }

    void send(InferenceRequest request, Headers headers) {
        input(topics.inferenceRequests())
                .pipeInput(new TestRecord<>(request.getTenant(), bytes(request), headers));
    }

    void send(Reroute reroute) {
        input(topics.reroutes()).pipeInput("acme", bytes(reroute));
    }

    /// Starts again with the store as it was, and hence with the offsets from 0: the first record
    /// sent afterwards is the one that was sent first before, come again.
    void restart() {
        TopologyTestDriver before = driver;
        driver = open();
        KeyValueStore<Bytes, byte[]> claims = driver.getKeyValueStore(Claims.STORE);
        KeyValueStore<Bytes, byte[]> kept = before.getKeyValueStore(Claims.STORE);
        try (KeyValueIterator<Bytes, byte[]> all = kept.all()) {
            all.forEachRemaining(entry -> claims.put(entry.key, entry.value));
        }
        before.close();
    }

    /// The dispatches to a provider since this was asked last.
    List<Dispatch> dispatches(String provider) {
        return read(topics.dispatches(provider, Lane.INTERACTIVE));
    }

    List<Completion> events() {
        return read(topics.completions());
    }

    List<Reply> replies() {
        return read(topics.replies());
    }

    List<DeadLetter> letters() {
        return read(topics.deadLetters());
    }

    /// The replies on a Kafka caller's topic.
    List<Reply> replies(String topic) {
        return driver.createOutputTopic(
                        topic, new StringDeserializer(), serdes.deserializer(Reply.class))
                .readValuesToList();
    }

    /// How many entries the store of claims has.
    int claims() {
        KeyValueStore<Object, Object> store = driver.getKeyValueStore(Claims.STORE);
        int size = 0;
        try (KeyValueIterator<Object, Object> all = store.all()) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        return size;
    }

    @Override
    public void close() {
        driver.close();
    }

    private TopologyTestDriver open() {
        RouterLinks links =
                new RouterLinks(
                        new WireLinks(
                                topics,
                                serdes,
                                topic -> Map.of("replies.service", 3).getOrDefault(topic, 0),
                                () -> now,
                                "router-1"),
                        this::table,
                        cancelled::contains,
                        500_000,
                        3);
        return new TopologyTestDriver(
                RouterTopology.build(links, Stores::inMemoryKeyValueStore), new Properties(), now);
    }

    private RoutingTable table() {
        return new RoutingTable(
                7,
                ConfigurationDocument.parse(CONFIGURATION),
                reachable,
                List.of(
                        new Pool("one", true, List.of(new Pool.Served("big", null, Set.of()))),
                        new Pool("two", true, List.of(new Pool.Served("small", null, Set.of())))));
    }

    private byte[] bytes(SpecificRecord record) {
        return serdes.serializer().serialize("", record);
    }

    private TestInputTopic<String, byte[]> input(Topic<?> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), new ByteArraySerializer());
    }

    private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        return driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), serdes.deserializer(topic.value()))
                .readValuesToList();
    }
}
