package dev.millrace.faults.fault;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Writes the last records of every topic that services work through once more, in another order.
///
/// @param provider as it is configured
public record Duplicates(String provider) implements Fault {

    private static final int MOST = 200;
    private static final Map<String, Object> COMMITTED =
            Map.of("isolation.level", "read_committed");
    private static final Duration LOAD = Duration.ofSeconds(12);

    @Override
    public String name() {
        return "duplicates";
    }

    @Override
    public String expected() {
        return "no second call, no second charge; the sums do not change";
    }

    @Override
    public void run(Stage stage) throws InterruptedException {
        KafkaLog log = stage.cluster().log();
        Topics topics = log.topics();
        stage.pass(LOAD);
        for (Topic<?> topic :
                List.of(
                        topics.inferenceRequests(),
                        topics.dispatches(provider).getFirst(),
                        topics.attempts(),
                        topics.reroutes(),
                        topics.completions(),
                        topics.cancellations(),
                        topics.replies())) {
            stage.write(copies(log, topic.name()));
        }
        stage.pass(LOAD);
    }

    /// Of every partition its last records, shuffled: committed ones, since others never were.
    private static List<ProducerRecord<String, byte[]>> copies(KafkaLog log, String topic) {
        List<ProducerRecord<String, byte[]>> copies = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = log.consumer("duplicator", COMMITTED)) {
            List<TopicPartition> places =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(places);
            Map<TopicPartition, Long> ends = consumer.endOffsets(places);
            Map<TopicPartition, Long> firsts = consumer.beginningOffsets(places);
            ends.forEach((place, end) ->
                    consumer.seek(place, Math.max(firsts.getOrDefault(place, 0L), end - MOST)));
            while (behind(consumer, ends)) {
                for (ConsumerRecord<String, byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    copies.add(
                            new ProducerRecord<>(
                                    topic, record.partition(), record.key(), record.value()));
                    Stream.of(record.headers().toArray()).forEach(copies.getLast().headers()::add);
                }
            }
        }
        Collections.shuffle(copies, new Random(1));
        return copies;
    }

    private static boolean behind(
            Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }
}
