package dev.millrace.faults.fault;

import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Records that are none, on every partition of every topic that services work through or follow:
/// noise, an unknown schema, a schema with its record cut off, nothing, and megabytes.
///
/// @param provider as it is configured
public record Poison(String provider) implements Fault {

    private static final int BIG = 4 * 1024 * 1024;
    private static final int UNKNOWN_SCHEMA = 99_999;
    private static final int FIRST_SCHEMA = 1;

    @Override
    public String name() {
        return "poison";
    }

    @Override
    public String expected() {
        return "a dead letter with a reason for each on a topic of work, others are passed over; the partitions move on";
    }

    @Override
    public void run(Stage stage) throws InterruptedException {
        Topics topics = stage.cluster().log().topics();
        stage.pass(Duration.ofSeconds(3));
        stage.poison(
                records(
                        List.of(
                                topics.inferenceRequests(),
                                topics.dispatches(provider).getFirst(),
                                topics.reroutes(),
                                topics.completions(),
                                topics.attempts())));
        stage.write(
                records(
                        List.of(
                                topics.cancellations(),
                                topics.replies(),
                                topics.results(),
                                topics.poolStatus())));
        stage.pass(Duration.ofSeconds(10));
    }

    private static List<ProducerRecord<String, byte[]>> records(List<Topic<?>> topics) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (Topic<?> topic : topics) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                for (byte[] poison : poisons()) {
                    records.add(new ProducerRecord<>(topic.name(), partition, "poison", poison));
                }
            }
            records.add(new ProducerRecord<>(topic.name(), 0, "poison", new byte[BIG]));
        }
        return records;
    }

    private static List<byte[]> poisons() {
        byte[] noise = new byte[200];
        new Random(1).nextBytes(noise);
        return List.of(
                noise,
                ByteBuffer.allocate(20).put((byte) 0).putInt(UNKNOWN_SCHEMA).array(),
                ByteBuffer.allocate(8).put((byte) 0).putInt(FIRST_SCHEMA).array(),
                new byte[0]);
    }
}
