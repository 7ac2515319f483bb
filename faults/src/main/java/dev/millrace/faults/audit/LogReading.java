package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.Accepted;
import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads the topics that the audit needs, from their beginning, committed records only. What cannot
/// be decoded is passed over: it belongs to the poison that a fault put there. For one thread.
final class LogReading implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(250);

    private interface Taker {
        void take(ConsumerRecord<String, byte[]> record);
    }

    private final Consumer<String, byte[]> consumer;
    private final Map<String, Taker> takers = new HashMap<>();
    private final List<Deserializer<?>> deserializers = new ArrayList<>();
    private final KafkaLog log;
    private final Evidence evidence = new Evidence();

    LogReading(KafkaLog log, String provider) {
        this.log = log;
        this.consumer = log.consumer("auditor", Map.of("isolation.level", "read_committed"));
        Topics topics = log.topics();
        on(
                topics.inferenceRequests().name(),
                InferenceRequest.class,
                (key, request, at) ->
                        evidence.requests.putIfAbsent(
                                request.getRequestId(),
                                new Accepted(request.getRequestId(), marker(request), at)));
        topics.dispatches(provider)
                .forEach(topic ->
                        on(
                                topic.name(),
                                Dispatch.class,
                                (key, dispatch, at) ->
                                        evidence.dispatches.add(new At<>(dispatch, at))));
        on(
                topics.attempts().name(),
                Attempt.class,
                (key, attempt, at) -> evidence.attempts.add(new At<>(attempt, at)));
        on(
                topics.charges().name(),
                Charge.class,
                (key, charge, at) -> evidence.charges.add(new At<>(charge, at)));
        on(
                topics.deadLetters().name(),
                DeadLetter.class,
                (key, letter, at) -> evidence.deadLetters.add(new At<>(letter, at)));
        for (var topic :
                List.of(topics.hourlyCosts(), topics.dailyCosts(), topics.monthlyCosts())) {
            on(
                    topic.name(),
                    Cost.class,
                    (key, cost, at) ->
                            evidence.costs
                                    .computeIfAbsent(topic.name(), _ -> new HashMap<>())
                                    .put(key, cost));
        }
    }

    /// Reads on to the end of the log as it is now.
    Evidence readToEnd() {
        assign();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                Taker taker = takers.get(record.topic());
                if (taker != null) {
                    taker.take(record);
                }
            }
        }
        return evidence;
    }

    @Override
    public void close() {
        consumer.close();
        deserializers.forEach(Deserializer::close);
    }

    private interface Sink<V> {
        void accept(String key, V value, Instant at);
    }

    private <V extends SpecificRecord> void on(String topic, Class<V> type, Sink<V> sink) {
        Deserializer<V> deserializer = log.serdes().deserializer(type);
        deserializers.add(deserializer);
        takers.put(
                topic,
                record -> {
                    V value;
                    try {
                        value = deserializer.deserialize(topic, record.value());
                    } catch (SerializationException poison) {
                        return;
                    }
                    if (value != null) {
                        String key = record.key();
                        sink.accept(
                                key == null ? "" : key,
                                value,
                                Instant.ofEpochMilli(record.timestamp()));
                    }
                });
    }

    /// A provider's topics come into being with its pool.
    private void assign() {
        Set<TopicPartition> wanted = new HashSet<>();
        takers.keySet()
                .forEach(topic -> {
                    for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                        wanted.add(new TopicPartition(topic, partition.partition()));
                    }
                });
        if (!wanted.equals(consumer.assignment())) {
            consumer.assign(wanted);
        }
    }

    private static String marker(InferenceRequest request) {
        try {
            return JsonMapper.shared()
                    .readTree(
                            StandardCharsets.UTF_8.decode(request.getBody().duplicate()).toString())
                    .path("user")
                    .asString("");
        } catch (JacksonException notJson) {
            return "";
        }
    }
}
