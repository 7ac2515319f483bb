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
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.topology.TopologyRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.Topology;
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
    private Set<String> reachable = Set.of("one", "two");
    private final TopologyRun run;

    RouterDriver(Instant start) {
        run = new TopologyRun(this::topology, start, null);
    }

    Instant now() {
        return run.now();
    }

    void advance(Duration time) {
        run.advance(time);
    }

    /// From now on no target can be reached.
    void loseTargets() {
        reachable = Set.of();
    }

    void send(InferenceRequest request) {
        send(request, new RecordHeaders());
    }

    void send(InferenceRequest request, Headers headers) {
        run.input(topics.inferenceRequests())
                .pipeInput(new TestRecord<>(request.getTenant(), run.bytes(request), headers));
    }

    void send(Reroute reroute) {
        run.input(topics.reroutes()).pipeInput("acme", run.bytes(reroute));
    }

    /// Starts again with the store as it was, and hence with the offsets from 0: the first record
    /// sent afterwards is the one that was sent first before, come again.
    void restart() {
        run.restart();
    }

    /// The dispatches to a provider since this was asked last.
    List<Dispatch> dispatches(String provider) {
        return run.values(topics.dispatches(provider, Lane.INTERACTIVE));
    }

    List<Completion> events() {
        return run.values(topics.completions());
    }

    List<Reply> replies() {
        return run.values(topics.replies());
    }

    List<DeadLetter> letters() {
        return run.values(topics.deadLetters());
    }

    /// The replies on a Kafka caller's topic.
    List<Reply> replies(String topic) {
        return run.records(topic, Reply.class).stream().map(TestRecord::value).toList();
    }

    /// How many entries the store of claims has.
    int claims() {
        return run.entries(Claims.STORE);
    }

    @Override
    public void close() {
        run.close();
    }

    private Topology topology(InstantSource clock) {
        RouterLinks links =
                new RouterLinks(
                        new WireLinks(
                                topics,
                                RecordSerdes.builtIn(),
                                topic -> Map.of("replies.service", 3).getOrDefault(topic, 0),
                                clock,
                                "router-1"),
                        this::table,
                        cancelled::contains,
                        500_000,
                        3);
        return RouterTopology.build(links, Stores::inMemoryKeyValueStore);
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
}
