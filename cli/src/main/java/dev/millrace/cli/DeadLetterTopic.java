package dev.millrace.cli;

import dev.millrace.schemas.DeadLetter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads the dead letters. Records of transactions that were not committed do not count. For one
/// thread.
final class DeadLetterTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    /// Longer than the transactions of any of the topic's writers may stay open.
    private static final int MOST_IDLE_POLLS = 60;

    private final KafkaAccess kafka;
    private final Admin admin;
    private final Set<String> topics;
    private final Consumer<String, byte[]> consumer;
    private final Deserializer<DeadLetter> deserializer;
    private final LetterValues values;
    private final TopicPartition place;

    private DeadLetterTopic(KafkaAccess kafka, Admin admin, Set<String> topics) {
        this.kafka = kafka;
        this.admin = admin;
        this.topics = topics;
        this.deserializer = kafka.log().serdes().deserializer(DeadLetter.class);
        this.values = new LetterValues(kafka.log().serdes());
        this.consumer =
                kafka.log().consumer("millrace-cli", Map.of("isolation.level", "read_committed"));
        this.place = new TopicPartition(kafka.log().topics().deadLetters().name(), 0);
        consumer.assign(List.of(place));
    }

    /// Connects to the cluster.
    ///
    /// @throws CommandFailure if it does not answer
    static DeadLetterTopic open(KafkaAccess kafka) throws InterruptedException {
        Admin admin = kafka.admin();
        try {
            return new DeadLetterTopic(kafka, admin, kafka.await(admin.listTopics().names()));
        } catch (RuntimeException | InterruptedException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /// Whether the cluster has a topic of this name.
    boolean hasTopic(String name) {
        return topics.contains(name);
    }

    /// Reads everything that was written up to now.
    LetterIndex index() throws InterruptedException {
        LetterIndex index = new LetterIndex(kafka.log().topics());
        if (!topics.contains(place.topic())) {
            return index;
        }
        // The end for readers of uncommitted records: what another command has committed lies
        // before it, even where a transaction that is still open hides it for a moment.
        long end =
                kafka.await(
                                admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                                        .partitionResult(place))
                        .offset();
        asking(() -> {
            consumer.seekToBeginning(List.of(place));
            int idle = 0;
            while (consumer.position(place) < end) {
                long before = consumer.position(place);
                consumer.poll(POLL).forEach(record -> add(record, index));
                idle = consumer.position(place) > before ? 0 : idle + 1;
                refuseStandstill(idle);
            }
            return index;
        });
        return index;
    }

    /// Reads one letter with its content.
    ///
    /// @param id of a letter that [#index()] has
    Letter read(long id) throws InterruptedException {
        return asking(() -> {
            consumer.seek(place, id);
            for (int idle = 0; ; idle++) {
                refuseStandstill(idle);
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() != id) {
                        throw CommandFailure.of("dead letter " + id + " is no longer kept");
                    }
                    DeadLetter letter = deserializer.deserialize(place.topic(), record.value());
                    return new Letter(id, record.key(), letter, values.read(letter));
                }
            }
        });
    }

    /// A letter with its content.
    ///
    /// @param key under which the letter stands: the tenant, where it was known
    record Letter(long id, @Nullable String key, DeadLetter record, LetterValue value) {}

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        admin.close(Duration.ZERO);
        values.close();
        deserializer.close();
    }

    private void add(ConsumerRecord<String, byte[]> record, LetterIndex index) {
        try {
            DeadLetter letter = deserializer.deserialize(place.topic(), record.value());
            if (letter != null) {
                index.add(record.offset(), letter, values.read(letter));
            }
        } catch (SerializationException _) {
            index.addUnreadable();
        }
    }

    private void refuseStandstill(int idlePolls) {
        if (idlePolls >= MOST_IDLE_POLLS) {
            throw CommandFailure.of(
                    place.topic()
                            + " cannot be read to its end: a transaction on it has been open for "
                            + POLL.multipliedBy(MOST_IDLE_POLLS).toSeconds()
                            + " s");
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask();
    }

    private <T> T asking(Question<T> question) throws InterruptedException {
        try {
            return question.ask();
        } catch (InterruptException _) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            throw kafka.failure(e);
        }
    }
}
