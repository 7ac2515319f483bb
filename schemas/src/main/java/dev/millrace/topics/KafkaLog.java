package dev.millrace.topics;

import dev.millrace.serde.RecordSerdes;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The log that the services meet on: how to reach it, what its topics are, and how its records are
/// written. Immutable; every client that it makes is the caller's to close.
///
/// @param clientSettings what every Kafka client needs, as Kafka names it: `bootstrap.servers`, and
///   the settings of SASL and TLS
/// @param topics the catalogue
/// @param serdes the records' serdes
public record KafkaLog(Map<String, Object> clientSettings, Topics topics, RecordSerdes serdes) {

    public KafkaLog {
        clientSettings = Map.copyOf(clientSettings);
        if (!clientSettings.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "the Kafka client settings name no bootstrap.servers");
        }
    }

    /// Where the log is, and nothing else of the settings: there are passwords among them.
    @Override
    public String toString() {
        return "KafkaLog[" + clientSettings.get("bootstrap.servers") + "]";
    }

    /// The client settings with `overrides` on top, in a new map.
    public Map<String, Object> settings(Map<String, ?> overrides) {
        Map<String, Object> all = new HashMap<>(clientSettings);
        all.putAll(overrides);
        return all;
    }

    /// An administration client.
    public Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    /// An idempotent producer that waits for all in-sync replicas and sends without lingering.
    /// Values are bytes: serialize with [#serdes()], so that a failure is the caller's to name.
    ///
    /// @param clientId shown in the broker's logs and in metrics
    /// @param overrides settings, as Kafka names them
    public Producer<String, byte[]> producer(String clientId, Map<String, ?> overrides) {
        Map<String, Object> all = settings(Map.of());
        all.put("client.id", clientId);
        all.put("acks", "all");
        all.put("enable.idempotence", true);
        all.put("linger.ms", 0);
        all.put("max.request.size", topics.layout().maxRecordBytes());
        all.putAll(overrides);
        return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
    }

    /// A consumer that commits nothing by itself. Values are bytes, as for [#producer].
    ///
    /// @param clientId shown in the broker's logs and in metrics
    /// @param overrides settings, as Kafka names them: `group.id`, …
    public Consumer<String, byte[]> consumer(String clientId, Map<String, ?> overrides) {
        Map<String, Object> all = settings(Map.of());
        all.put("client.id", clientId);
        all.put("enable.auto.commit", false);
        all.put("auto.offset.reset", "earliest");
        all.put("allow.auto.create.topics", false);
        all.put("max.partition.fetch.bytes", topics.layout().maxRecordBytes());
        all.putAll(overrides);
        return new KafkaConsumer<>(all, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
