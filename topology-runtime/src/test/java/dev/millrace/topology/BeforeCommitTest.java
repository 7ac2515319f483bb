package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a processor keeps in memory is in its store when a commit is done, whoever goes on.
class BeforeCommitTest {

    private static final String INPUT = "input";
    private static final int RECORDS = 1_000;
    private static final int KEYS = 10;
    private static final int ROUNDS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path data;

    private final Map<String, Long> counted = new ConcurrentHashMap<>();
    private final List<Integer> writes = new CopyOnWriteArrayList<>();
    private final AtomicBoolean fails = new AtomicBoolean();

    @Test
    void what_is_gathered_is_stored_with_each_commit_and_found_by_whoever_takes_over()
            throws Exception {
        try (BrokerLog broker =
                        BrokerLog.start(data.resolve("kafka"), TopicLayout.embedded(1 << 26));
                Admin admin = broker.log().admin()) {
            admin.createTopics(Set.of(new NewTopic(INPUT, 2, (short) 1))).all().get();
            // Given an instance with a copy of its state elsewhere, that counts
            List<KafkaStreams> running = new ArrayList<>();
            try {
                running.add(start(broker.log(), "one"));
                running.add(start(broker.log(), "two"));
                for (int round = 1; round <= ROUNDS; round++) {
                    // When they stop in turn, and one fails now and then with what it has gathered
                    fails.set(round % 2 == 0);
                    send(broker.log());
                    awaitCounted(round * RECORDS);
                    int turn = round % 2;
                    stop(running.get(turn));
                    running.set(turn, start(broker.log(), turn == 0 ? "one" : "two"));
                }

                // Then nothing was forgotten, and nothing counted twice, in few writes
                send(broker.log());
                awaitCounted((ROUNDS + 1) * RECORDS);
            } finally {
                running.forEach(BeforeCommitTest::stop);
            }
            assertThat(fails).isFalse();
            assertThat(counted)
                    .hasSize(KEYS)
                    .allSatisfy((key, count) ->
                            assertThat(count).isEqualTo((ROUNDS + 1) * RECORDS / KEYS));
            assertThat(writes.stream().mapToInt(n -> n).sum()).isLessThan(ROUNDS * RECORDS);
        }
    }

    private void awaitCounted(long all) {
        await().atMost(PATIENCE)
                .until(() -> counted.values().stream().mapToLong(n -> n).sum() >= all);
    }

    private KafkaStreams start(KafkaLog log, String instance) {
        Map<String, Object> settings =
                TopologyStreams.settings(
                        log, "counting", instance, data.resolve(instance), Duration.ofSeconds(6));
        TopologyStreams.exactlyOnce(settings, Duration.ofMillis(200));
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        return TopologyStreams.start(
                () ->
                        new Topology()
                                .addSource(
                                        "in",
                                        new StringDeserializer(),
                                        new ByteArrayDeserializer(),
                                        INPUT)
                                .addProcessor("count", Counting::new, "in")
                                .addStateStore(
                                        Stores.keyValueStoreBuilder(
                                                Stores.persistentKeyValueStore("counts"),
                                                Serdes.String(),
                                                Serdes.Long()),
                                        "count")
                                .addStateStore(BeforeCommit.builder("commit"), "count"),
                settings);
    }

    private static void stop(KafkaStreams streams) {
        streams.close(
                CloseOptions.timeout(PATIENCE)
                        .withGroupMembershipOperation(
                                CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private static void send(KafkaLog log) {
        try (Producer<String, byte[]> producer = log.producer("test", Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                var _ = producer.send(new ProducerRecord<>(INPUT, "key-" + i % KEYS, new byte[1]));
            }
        }
    }

    /// Counts the records of each key in memory.
    private final class Counting implements Processor<String, byte[], Void, Void> {

        private final Map<String, Long> gathered = new HashMap<>();

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            KeyValueStore<String, Long> counts = context.getStateStore("counts");
            BeforeCommit commit = context.getStateStore("commit");
            gathered.clear();
            commit.run(() -> {
                gathered.forEach((key, more) -> {
                    Long before = counts.get(key);
                    long count = (before == null ? 0 : before) + more;
                    counts.put(key, count);
                    counted.put(key, count);
                });
                writes.add(gathered.size());
                gathered.clear();
            });
        }

        @Override
        public void process(Record<String, byte[]> record) {
            gathered.merge(record.key(), 1L, Long::sum);
            if (fails.compareAndSet(true, false)) {
                throw new IllegalStateException("on purpose");
            }
        }
    }
}
