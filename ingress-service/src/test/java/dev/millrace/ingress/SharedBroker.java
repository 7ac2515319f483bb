package dev.millrace.ingress;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;

/// One broker for all tests; each test class has topics of its own, by their prefix.
final class SharedBroker {

    private static final AtomicInteger LOGS = new AtomicInteger();

    private static final class Holder {
        static final EmbeddedKafka BROKER = start();
    }

    private SharedBroker() {}

    /// A log that no other test sees, with all its topics. Consumers do not wait for records in the
    /// broker, where one that closes has to wait for them.
    static KafkaLog newLog() throws InterruptedException {
        return newLog(Holder.BROKER);
    }

    static KafkaLog newLog(EmbeddedKafka broker) throws InterruptedException {
        TopicLayout layout =
                new TopicLayout(
                        "t" + LOGS.incrementAndGet() + ".",
                        2,
                        2,
                        (short) 1,
                        1,
                        TopicLayout.DEFAULT_MAX_RECORD_BYTES,
                        null);
        KafkaLog log =
                new KafkaLog(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "fetch.max.wait.ms",
                                20),
                        new Topics(layout),
                        RecordSerdes.builtIn());
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(admin, log.topics().fixed());
        }
        return log;
    }

    static EmbeddedKafka start() {
        try {
            EmbeddedKafka broker =
                    EmbeddedKafka.start(Files.createTempDirectory(Path.of("target"), "broker"), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
