package dev.millrace.cli;

import dev.millrace.cli.ledger.LedgerBook;
import dev.millrace.cli.reading.CommittedRecords;
import dev.millrace.cli.reading.StuckReading;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/// Reads the ledger's topics, committed records only, into a book: attempts first, then the charges
/// that they are to have, then the sums, and on from there. For one thread.
final class LedgerTopics implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private interface Taker {
        void take(ConsumerRecord<String, byte[]> record);
    }

    private final KafkaAccess kafka;
    private final Consumer<String, byte[]> consumer;
    private final List<Deserializer<?>> deserializers = new ArrayList<>();
    private final Map<String, Taker> takers = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<String> existing;
    private Instant complete = Instant.MIN;

    private LedgerTopics(KafkaAccess kafka, LedgerBook book, Set<String> existing) {
        this.kafka = kafka;
        this.existing = existing;
        this.consumer =
                kafka.log().consumer("millrace-cli", Map.of("isolation.level", "read_committed"));
        Topics topics = kafka.log().topics();
        on(topics.attempts(), (record, attempt) -> book.add(attempt, time(record)));
        on(topics.deadLetters(), (record, letter) -> refused(letter, book));
        on(topics.charges(), (record, charge) -> book.add(charge));
        sums(topics).forEach(topic -> on(topic, (record, cost) -> book.add(cost)));
    }

    /// Connects to the cluster.
    ///
    /// @throws CommandFailure if it does not answer, or has no ledger
    static LedgerTopics open(KafkaAccess kafka, LedgerBook book) throws InterruptedException {
        Set<String> existing = kafka.topicNames();
        String charges = kafka.log().topics().charges().name();
        if (!existing.contains(charges)) {
            throw CommandFailure.of("there is no topic " + charges);
        }
        return new LedgerTopics(kafka, book, existing);
    }

    static List<Topic<Cost>> sums(Topics topics) {
        return List.of(topics.hourlyCosts(), topics.dailyCosts(), topics.monthlyCosts());
    }

    /// From when on all attempts and charges are kept.
    Instant complete() {
        return complete;
    }

    /// Reads everything that was written up to now.
    void readAll() throws InterruptedException {
        Topics topics = kafka.log().topics();
        asking(() -> {
            readToEnd(List.of(topics.attempts().name()));
            readToEnd(List.of(topics.deadLetters().name()));
            readToEnd(List.of(topics.charges().name()));
            readToEnd(sums(topics).stream().map(Topic::name).toList());
            consumer.assign(
                    Stream.concat(Stream.of(topics.charges()), sums(topics).stream())
                            .flatMap(topic -> partitions(topic.name()).stream())
                            .toList());
            consumer.assignment()
                    .forEach(place -> consumer.seek(place, positions.getOrDefault(place, 0L)));
        });
    }

    /// Reads on for a moment.
    void readOn() throws InterruptedException {
        asking(() -> consumer.poll(POLL).forEach(this::take));
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        deserializers.forEach(Deserializer::close);
    }

    private void readToEnd(List<String> names) {
        List<TopicPartition> places =
                names.stream().flatMap(name -> partitions(name).stream()).toList();
        consumer.assign(places);
        consumer.seekToBeginning(places);
        Set<TopicPartition> shortened = shortened(places);
        CommittedRecords.readTo(
                consumer,
                consumer.endOffsets(places),
                record -> {
                    take(record);
                    if (shortened.remove(new TopicPartition(record.topic(), record.partition()))
                            && time(record).isAfter(complete)) {
                        complete = time(record);
                    }
                });
        places.forEach(place -> positions.put(place, consumer.position(place)));
    }

    /// The partitions of attempts and charges of which the retention has taken the first records:
    /// the ledger is complete from the oldest that is left on.
    private Set<TopicPartition> shortened(List<TopicPartition> places) {
        Topics topics = kafka.log().topics();
        Set<String> names = Set.of(topics.attempts().name(), topics.charges().name());
        Set<TopicPartition> shortened = new HashSet<>();
        consumer.beginningOffsets(places)
                .forEach((place, first) -> {
                    if (first > 0 && names.contains(place.topic())) {
                        shortened.add(place);
                    }
                });
        return shortened;
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        Taker taker = takers.get(record.topic());
        if (taker != null && record.value() != null) {
            try {
                taker.take(record);
            } catch (SerializationException _) {
                // a dead letter of accounting, which has refused it too
                return;
            }
        }
    }

    private void refused(DeadLetter letter, LedgerBook book) {
        if (letter.getTopic().equals(kafka.log().topics().attempts().name())
                && letter.getValue() != null) {
            try (Deserializer<Attempt> deserializer =
                    kafka.log().serdes().deserializer(Attempt.class)) {
                book.refuse(deserializer.deserialize("", LetterValues.bytes(letter.getValue())));
            }
        }
    }

    private <V extends SpecificRecord> void on(
            Topic<V> topic, BiConsumer<ConsumerRecord<String, byte[]>, V> taker) {
        Deserializer<V> deserializer = kafka.log().serdes().deserializer(topic.value());
        deserializers.add(deserializer);
        takers.put(
                topic.name(),
                record ->
                        taker.accept(
                                record, deserializer.deserialize(record.topic(), record.value())));
    }

    private List<TopicPartition> partitions(String topic) {
        return existing.contains(topic)
                ? consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList()
                : List.of();
    }

    private void asking(Runnable question) throws InterruptedException {
        try {
            question.run();
        } catch (InterruptException _) {
            throw new InterruptedException();
        } catch (StuckReading e) {
            throw CommandFailure.of(String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw kafka.failure(e);
        }
    }

    private static Instant time(ConsumerRecord<String, byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }
}
