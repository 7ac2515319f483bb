package dev.millrace.cli;

import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import dev.millrace.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Asks for a rebuild of the costs, and waits until each partition's is done. For one thread.
final class RebuildTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    /// Without any partition that is done. Ten million charges are read in less.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KafkaAccess kafka;
    private final InstantSource clock;
    private final Topic<Rebuild> topic;
    private final int partitions;
    private final Consumer<String, byte[]> consumer;
    private final Deserializer<Rebuild> deserializer;

    private RebuildTopic(KafkaAccess kafka, InstantSource clock, int partitions) {
        this.kafka = kafka;
        this.clock = clock;
        this.topic = kafka.log().topics().rebuilds();
        this.partitions = partitions;
        this.deserializer = kafka.log().serdes().deserializer(Rebuild.class);
        this.consumer =
                kafka.log().consumer("millrace-cli", Map.of("isolation.level", "read_committed"));
    }

    /// @throws CommandFailure if the cluster does not answer, or has no ledger
    static RebuildTopic open(KafkaAccess kafka, InstantSource clock) throws InterruptedException {
        String charges = kafka.log().topics().charges().name();
        String rebuilds = kafka.log().topics().rebuilds().name();
        try (var admin = kafka.admin()) {
            if (!kafka.await(admin.listTopics().names()).containsAll(List.of(charges, rebuilds))) {
                throw CommandFailure.of(
                        "there is no ledger: no topics " + charges + " and " + rebuilds);
            }
            int partitions =
                    Objects.requireNonNull(
                                    kafka.await(
                                                    admin.describeTopics(List.of(charges))
                                                            .allTopicNames())
                                            .get(charges))
                            .partitions()
                            .size();
            return new RebuildTopic(kafka, clock, partitions);
        }
    }

    /// How many are to be done.
    int partitions() {
        return partitions;
    }

    /// @param apply whether sums that differ are replaced
    /// @param progress is told how many partitions are done
    /// @return what each partition's came to, in their order
    /// @throws CommandFailure if the log does not take the wish, or nothing comes of it
    List<Rebuild> rebuild(boolean apply, IntConsumer progress) throws InterruptedException {
        UUID id = UUID.randomUUID();
        try {
            TopicPartition place = new TopicPartition(topic.name(), 0);
            consumer.assign(List.of(place));
            consumer.seekToEnd(List.of(place));
            consumer.position(place);
            ask(id, apply);
            return await(id, progress);
        } catch (KafkaException e) {
            throw kafka.failure(e);
        } catch (ExecutionException e) {
            throw kafka.failure(e.getCause());
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        deserializer.close();
    }

    private void ask(UUID id, boolean apply) throws ExecutionException, InterruptedException {
        Rebuild wish =
                Rebuild.newBuilder()
                        .setRebuildId(id)
                        .setPhase(RebuildPhase.REQUESTED)
                        .setApply(apply)
                        .setRequestedAt(clock.instant())
                        .setAuthor("millrace rebuild-costs")
                        .build();
        try (Producer<String, byte[]> producer = kafka.log().producer("millrace-cli", Map.of());
                Serializer<Rebuild> serializer = kafka.log().serdes().serializer()) {
            byte[] value = serializer.serialize(topic.name(), wish);
            producer.send(new ProducerRecord<>(topic.name(), id.toString(), value)).get();
        }
    }

    private List<Rebuild> await(UUID id, IntConsumer progress) {
        Map<Integer, Rebuild> finished = new TreeMap<>();
        Instant patience = clock.instant().plus(PATIENCE);
        while (finished.size() < partitions) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                Rebuild rebuild = decode(record);
                Integer partition = rebuild == null ? null : rebuild.getPartition();
                if (rebuild != null && partition != null && rebuild.getRebuildId().equals(id)) {
                    finished.put(partition, rebuild);
                    progress.accept(finished.size());
                    patience = clock.instant().plus(PATIENCE);
                }
            }
            if (clock.instant().isAfter(patience)) {
                throw CommandFailure.of(
                        finished.size()
                                + " of "
                                + partitions
                                + " partitions are done, and no further one for "
                                + PATIENCE.toMinutes()
                                + " minutes: does the accounting service run? It goes on when it"
                                + " does");
            }
        }
        return new ArrayList<>(finished.values());
    }

    private @Nullable Rebuild decode(ConsumerRecord<String, byte[]> record) {
        try {
            return deserializer.deserialize(record.topic(), record.headers(), record.value());
        } catch (SerializationException _) {
            return null;
        }
    }
}
