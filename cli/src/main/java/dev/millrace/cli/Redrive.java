package dev.millrace.cli;

import dev.millrace.configuration.Defaults;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Makes the records that dead letters are redriven as. For one thread.
final class Redrive implements AutoCloseable {

    /// A record, and what it is in a phrase.
    record Redriven(ProducerRecord<String, byte[]> record, String phrase) {}

    private final Topics topics;
    private final Serializer<SpecificRecord> serializer;
    private final InstantSource clock;
    private final @Nullable Duration deadline;

    /// @param deadline of every request, from now; null gives each as long as it had at first
    Redrive(Topics topics, RecordSerdes serdes, InstantSource clock, @Nullable Duration deadline) {
        this.topics = topics;
        this.serializer = serdes.serializer();
        this.clock = clock;
        this.deadline = deadline;
    }

    /// A request starts anew, under its old id; anything else goes back to where it stood.
    ///
    /// @param number how often the request will have been redriven
    Redriven of(DeadLetter letter, LetterValue value, int number) {
        return value instanceof LetterValue.OfRequest request
                ? request(letter, request, number)
                : unchanged(letter);
    }

    @Override
    public void close() {
        serializer.close();
    }

    private Redriven request(DeadLetter letter, LetterValue.OfRequest value, int number) {
        Instant until =
                clock.instant().plus(allowance(letter, value)).truncatedTo(ChronoUnit.MILLIS);
        InferenceRequest again =
                InferenceRequest.newBuilder(value.request())
                        .setDeadline(until)
                        .setRedrive(number)
                        .build();
        String topic = topics.inferenceRequests().name();
        return new Redriven(
                new ProducerRecord<>(
                        topic,
                        null,
                        again.getTenant(),
                        serializer.serialize(topic, again),
                        LetterHeaders.ofRequest(letter, value.replyTo())),
                "request " + again.getRequestId() + ", deadline " + until);
    }

    /// How long the request may take. One that was redriven before had its time from then on, and
    /// not from its creation.
    private Duration allowance(DeadLetter letter, LetterValue.OfRequest value) {
        if (deadline != null) {
            return deadline;
        }
        Instant old = value.deadline();
        InferenceRequest request = value.request();
        Instant start = request.getRedrive() == 0 ? request.getCreatedAt() : letter.getTimestamp();
        if (old == null || !start.isBefore(old)) {
            return Defaults.NONE.deadline();
        }
        Duration allowed = Duration.between(start, old);
        return allowed.compareTo(Defaults.LONGEST_DEADLINE) < 0
                ? allowed
                : Defaults.LONGEST_DEADLINE;
    }

    private static Redriven unchanged(DeadLetter letter) {
        byte @Nullable [] value =
                letter.getValue() == null ? null : LetterValues.bytes(letter.getValue());
        return new Redriven(
                new ProducerRecord<>(
                        letter.getTopic(),
                        null,
                        letter.getKey() == null ? null : LetterHeaders.key(letter),
                        value,
                        LetterHeaders.all(letter)),
                "as it was, back to " + letter.getTopic());
    }
}
