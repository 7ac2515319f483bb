package dev.millrace.configuration.snapshot;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.schemas.ConfigSnapshot;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/// Publishes a document as the next snapshot.
public final class ConfigurationPublisher {

    private final KafkaLog log;
    private final InstantSource clock;

    public ConfigurationPublisher(KafkaLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /// Publishes `document` if it is not the current one already, and returns when the log has it.
    ///
    /// @param current the snapshot that it replaces
    /// @param author what publishes it
    /// @return the version in force if nobody else published in between
    /// @throws InvalidDocument if it is not valid; nothing is published then
    /// @throws KafkaException if the log does not take it
    public long publish(String document, Snapshot current, String author)
            throws InterruptedException {
        ConfigurationDocument.parse(document);
        if (current.version() > 0 && current.document().equals(document)) {
            return current.version();
        }
        long version = current.version() + 1;
        ConfigSnapshot record =
                ConfigSnapshot.newBuilder()
                        .setVersion(version)
                        .setBaseVersion(current.version())
                        .setDocument(document)
                        .setPublishedAt(clock.instant())
                        .setAuthor(author)
                        .build();
        Topic<ConfigSnapshot> topic = log.topics().config();
        try (Producer<String, byte[]> producer = log.producer("publish-config", Map.of());
                Serializer<ConfigSnapshot> serializer = log.serdes().serializer()) {
            byte[] value = serializer.serialize(topic.name(), record);
            producer.send(new ProducerRecord<>(topic.name(), Long.toString(version), value)).get();
            return version;
        } catch (ExecutionException e) {
            throw new KafkaException("the configuration could not be published", e.getCause());
        }
    }
}
