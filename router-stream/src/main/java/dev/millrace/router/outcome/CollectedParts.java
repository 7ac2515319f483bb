package dev.millrace.router.outcome;

import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Completion;
import dev.millrace.topology.StoreKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// The parts of terminal outcomes whose last part has not come yet, as they came, for each attempt
/// on its own. An entry of each request names its attempts and how many parts each has: nothing is
/// searched for. Not thread-safe.
final class CollectedParts {

    /// What a part does to its attempt.
    enum Step {
        /// The parts before it are there, and none follows.
        COMPLETES,
        /// It is kept until the others come.
        COLLECTED,
        /// It has come before.
        REPEATED,
        /// One before it is missing: what was collected of the attempt is dropped.
        LEAVES_GAP
    }

    private record Progress(int hop, long fence, int attempt, int parts) {

        static final int BYTES = 4 + 8 + 4 + 4;

        boolean isOf(Completion event) {
            return hop == event.getHop()
                    && fence == event.getFence()
                    && attempt == event.getAttempt();
        }

        ByteBuffer putTo(ByteBuffer buffer) {
            return buffer.putInt(hop).putLong(fence).putInt(attempt).putInt(parts);
        }

        static Progress from(ByteBuffer buffer) {
            return new Progress(
                    buffer.getInt(), buffer.getLong(), buffer.getInt(), buffer.getInt());
        }
    }

    private static final char ATTEMPTS = 'a';
    private static final char PART = 'p';

    private final KeyValueStore<Bytes, byte[]> store;
    private final String topic;
    private final Deserializer<Completion> deserializer;

    CollectedParts(KeyValueStore<Bytes, byte[]> store, WireLinks links) {
        this.store = store;
        this.topic = links.topics().completions().name();
        this.deserializer = links.serdes().deserializer(Completion.class);
    }

    /// Takes a part of a terminal outcome.
    ///
    /// @param bytes the part as it came
    Step take(Completion event, byte[] bytes) {
        int part = event.getPart();
        if (part == 0 && !event.getMore()) {
            return Step.COMPLETES;
        }
        UUID request = event.getRequestId();
        List<Progress> attempts = attempts(request);
        Progress known = attempts.stream().filter(one -> one.isOf(event)).findFirst().orElse(null);
        int next = known == null ? 0 : known.parts();
        if (part < next) {
            return Step.REPEATED;
        }
        if (part > next) {
            if (known != null) {
                delete(request, known);
                attempts.remove(known);
                put(request, attempts);
            }
            return Step.LEAVES_GAP;
        }
        if (!event.getMore()) {
            return Step.COMPLETES;
        }
        Progress grown =
                new Progress(event.getHop(), event.getFence(), event.getAttempt(), part + 1);
        attempts.remove(known);
        attempts.add(grown);
        store.put(key(request, grown, part), bytes);
        put(request, attempts);
        return Step.COLLECTED;
    }

    /// An earlier part of the attempt that a part completed.
    Completion read(Completion last, int part) {
        Progress attempt =
                new Progress(last.getHop(), last.getFence(), last.getAttempt(), last.getPart());
        return deserializer.deserialize(topic, store.get(key(last.getRequestId(), attempt, part)));
    }

    /// Drops what was collected of every attempt.
    void forget(UUID request) {
        List<Progress> attempts = attempts(request);
        if (!attempts.isEmpty()) {
            attempts.forEach(attempt -> delete(request, attempt));
            put(request, List.of());
        }
    }

    void close() {
        deserializer.close();
    }

    private void delete(UUID request, Progress attempt) {
        for (int part = 0; part < attempt.parts(); part++) {
            store.delete(key(request, attempt, part));
        }
    }

    private List<Progress> attempts(UUID request) {
        List<Progress> attempts = new ArrayList<>();
        byte[] value = store.get(StoreKeys.of(ATTEMPTS, request));
        if (value != null) {
            ByteBuffer buffer = ByteBuffer.wrap(value);
            while (buffer.hasRemaining()) {
                attempts.add(Progress.from(buffer));
            }
        }
        return attempts;
    }

    private void put(UUID request, List<Progress> attempts) {
        Bytes key = StoreKeys.of(ATTEMPTS, request);
        if (attempts.isEmpty()) {
            store.delete(key);
            return;
        }
        ByteBuffer value = ByteBuffer.allocate(attempts.size() * Progress.BYTES);
        attempts.forEach(attempt -> attempt.putTo(value));
        store.put(key, value.array());
    }

    private static Bytes key(UUID request, Progress attempt, int part) {
        return StoreKeys.of(
                PART,
                request,
                new Progress(attempt.hop(), attempt.fence(), attempt.attempt(), part)
                        .putTo(ByteBuffer.allocate(Progress.BYTES))
                        .array());
    }
}
