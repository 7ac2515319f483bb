package dev.millrace.topology;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;

/// A log on a broker of its own, with the topics that every service needs.
public final class BrokerLog implements AutoCloseable {

    /// Topics of four partitions, for what has to reach the right one.
    public static final TopicLayout FOUR_PARTITIONS =
            new TopicLayout("llm.", 4, 1, (short) 1, 1, 1 << 20, 1L << 26);

    private final EmbeddedKafka broker;
    private final KafkaLog log;

    private BrokerLog(EmbeddedKafka broker, KafkaLog log) {
        this.broker = broker;
        this.log = log;
    }

    /// Starts the broker and makes the topics.
    ///
    /// @param folder for the broker's files
    public static BrokerLog start(Path folder, TopicLayout layout)
            throws IOException, InterruptedException {
        EmbeddedKafka broker = EmbeddedKafka.start(folder, 0);
        KafkaLog log =
                new KafkaLog(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                // A consumer that is closed waits for its last fetch.
                                "fetch.max.wait.ms",
                                20),
                        new Topics(layout),
                        RecordSerdes.builtIn());
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(admin, log.topics().fixed());
        }
        return new BrokerLog(broker, log);
    }

    /// How to reach it.
    public KafkaLog log() {
        return log;
    }

    /// Hands on the keys and values of a topic from its beginning, on a thread of its own, without
    /// the tombstones.
    ///
    /// @param settings of the consumer, such as `isolation.level`
    public <V extends SpecificRecord> TopicFollower<V> follow(
            Topic<V> topic, Map<String, ?> settings, BiConsumer<String, V> seen) {
        return TopicFollower.start(
                log,
                topic,
                TopicFollower.From.BEGINNING,
                settings,
                (key, value, offset, timestamp) -> {
                    if (value != null) {
                        seen.accept(Objects.requireNonNull(key, topic.name()), value);
                    }
                });
    }

    @Override
    public void close() {
        broker.close();
    }
}
