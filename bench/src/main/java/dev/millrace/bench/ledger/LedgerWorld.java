package dev.millrace.bench.ledger;

import dev.millrace.accounting.Accounting;
import dev.millrace.accounting.AccountingSettings;
import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.Cost;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A broker with the topics and prices, as `millrace up` has it, and the ledger on it.
record LedgerWorld(Path folder, EmbeddedKafka broker, KafkaLog log) implements AutoCloseable {

    private static final long PARTITION_BYTES = 8L << 30;
    private static final String GROUP = "millrace-accounting";
    private static final String CONFIGURATION =
            """
            providers:
              - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
            prices:
              - { provider: one, model: "*", input: 1, cached-input: 0.1, output: 4 }
            """;

    static LedgerWorld start(Path folder) throws Exception {
        EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        KafkaLog log =
                new KafkaLog(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new Topics(TopicLayout.embedded(PARTITION_BYTES)),
                        RecordSerdes.builtIn());
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(admin, log.topics().fixed());
        }
        new ConfigurationPublisher(log, InstantSource.system())
                .publish(CONFIGURATION, Snapshot.NONE, "bench");
        return new LedgerWorld(folder, broker, log);
    }

    /// @param threads that run the topology
    Accounting ledger(String instance, int threads) throws InterruptedException {
        AccountingSettings settings =
                AccountingSettings.of(instance, folder.resolve(instance)).withThreads(threads);
        return Accounting.start(log, settings, InstantSource.system());
    }

    /// How many records of attempts the ledger has committed.
    long committed(Admin admin) throws Exception {
        return admin
                .listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().topic().equals(log.topics().attempts().name()))
                .mapToLong(entry -> entry.getValue() == null ? 0 : entry.getValue().offset())
                .sum();
    }

    /// How many records of attempts there are.
    long written(Admin admin) throws Exception {
        long written = 0;
        for (int partition = 0; partition < log.topics().layout().partitions(); partition++) {
            TopicPartition place = new TopicPartition(log.topics().attempts().name(), partition);
            written +=
                    admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                            .partitionResult(place)
                            .get()
                            .offset();
        }
        return written;
    }

    /// How many attempts are in the sums of a topic that a reader of committed records sees.
    long summedUp(Topic<Cost> topic) throws Exception {
        Map<String, Long> attempts = new ConcurrentHashMap<>();
        try (TopicFollower<Cost> sums =
                TopicFollower.start(
                        log,
                        topic,
                        TopicFollower.From.BEGINNING,
                        Map.of("isolation.level", "read_committed"),
                        (key, cost, offset, timestamp) -> {
                            if (key != null && cost != null) {
                                attempts.put(key, cost.getAttempts());
                            }
                        })) {
            sums.caughtUp().get();
        }
        return attempts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        broker.close();
    }
}
