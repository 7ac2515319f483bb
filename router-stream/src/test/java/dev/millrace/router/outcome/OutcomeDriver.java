package dev.millrace.router.outcome;

import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.Result;
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
import java.util.Objects;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// Runs the outcome gate of one partition over a clock of the test's, and keeps all results that it
/// wrote, also over restarts.
final class OutcomeDriver implements AutoCloseable {

    private final Topics topics =
            new Topics(new TopicLayout("llm.", 1, 1, (short) 1, 1, 1 << 20, null));
    private final List<TestRecord<String, Result>> results = new ArrayList<>();
    private final TopologyRun run;

    OutcomeDriver(Instant start, Path state) {
        this.run = new TopologyRun(this::topology, start, state);
    }

    Instant now() {
        return run.now();
    }

    /// Sends an event that the log takes now.
    void send(Completion event) {
        send(event, now());
    }

    /// Sends an event that the log took at a time.
    void send(Completion event, Instant written) {
        send(event.getRequestId().toString(), run.bytes(event), written);
    }

    void send(String key, byte @Nullable [] value, Instant written) {
        run.input(topics.completions()).pipeInput(new TestRecord<>(key, value, written));
        collect();
    }

    void advance(Duration time) {
        run.advance(time);
        collect();
    }

    /// Stops the topology and starts it again with the stores as they were.
    void restart() {
        run.restart();
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
        return run.records(topic, Reply.class);
    }

    /// The dead letters since this was asked last.
    List<DeadLetter> letters() {
        return run.values(topics.deadLetters());
    }

    /// How many entries the stores have together.
    int entries() {
        return run.entries(OutcomeTopology.OUTCOMES) + run.entries(OutcomeTopology.PARTS);
    }

    double metric(String name) {
        return run.metric("stream-outcomes-metrics", name);
    }

    @Override
    public void close() {
        run.close();
    }

    private Topology topology(InstantSource clock) {
        return OutcomeTopology.build(
                new WireLinks(
                        topics,
                        RecordSerdes.builtIn(),
                        topic -> Map.of("replies.service", 3).getOrDefault(topic, 0),
                        clock,
                        "router-1"));
    }

    private void collect() {
        results.addAll(run.records(topics.results()));
    }
}
