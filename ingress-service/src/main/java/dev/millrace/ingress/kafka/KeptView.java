package dev.millrace.ingress.kafka;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.ingress.kept.KeptResults;
import dev.millrace.schemas.Result;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows the results that the outcome gate has committed. Remembers where each lies on the topic,
/// a hundred bytes for each, and reads it from there when it is asked for. Thread-safe.
public final class KeptView implements KeptResults, AutoCloseable {

    private static final int READS = 3;
    private static final long[] NONE = {};

    /// Where a result lies.
    ///
    /// @param offset of part 0
    /// @param more offsets of the other parts
    /// @param expiresAt in milliseconds since the epoch
    record Place(long offset, long[] more, long expiresAt) {}

    private final KafkaLog log;
    private final InstantSource clock;
    private final ResultReader reader;
    private final Map<UUID, Place> places = new ConcurrentHashMap<>();
    private final Map<UUID, List<Consumer<KeptResult>>> listeners = new ConcurrentHashMap<>();

    /// Parts whose part 0 has not come yet; of the following thread.
    private final Map<UUID, long[]> early = new HashMap<>();

    private volatile @Nullable TopicFollower<Result> follower;

    public KeptView(KafkaLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
        this.reader = new ResultReader(log);
    }

    /// Starts to follow the topic, which has to exist.
    void start() {
        follower =
                TopicFollower.start(
                        log,
                        log.topics().results(),
                        From.BEGINNING,
                        Map.of("isolation.level", "read_committed"),
                        (key, value, offset, timestamp) -> take(key, value, offset));
    }

    /// Stops to follow; what was read stays known.
    void stop() {
        TopicFollower<Result> running = follower;
        if (running != null) {
            running.close();
            follower = null;
        }
    }

    @Override
    public boolean caughtUp() {
        TopicFollower<Result> running = follower;
        return running != null && running.caughtUp().state() == Future.State.SUCCESS;
    }

    @Override
    public Optional<KeptResult> read(UUID requestId) throws Refused, InterruptedException {
        for (int i = 0; i < READS; i++) {
            Place place = places.get(requestId);
            if (place == null || place.expiresAt() <= clock.millis()) {
                return Optional.empty();
            }
            Optional<KeptResult> result = reader.read(requestId, place);
            if (result.isPresent()) {
                return result;
            }
        }
        throw new Refused(Refusal.unavailable("The log does not tell of the request now."));
    }

    @Override
    public Watch watch(UUID requestId, Consumer<KeptResult> listener) {
        listeners.computeIfAbsent(requestId, id -> new CopyOnWriteArrayList<>()).add(listener);
        return () ->
                listeners.computeIfPresent(
                        requestId,
                        (id, all) -> {
                            all.remove(listener);
                            return all.isEmpty() ? null : all;
                        });
    }

    @Override
    public void close() {
        stop();
        reader.close();
    }

    private void take(@Nullable String key, @Nullable Result value, long offset) {
        if (key == null || key.length() < 36) {
            return;
        }
        UUID id = UUID.fromString(key.substring(0, 36));
        boolean head = key.length() == 36;
        if (value == null) {
            if (head) {
                places.remove(id);
                early.remove(id);
            }
        } else if (head) {
            place(id, value, offset);
        } else {
            early.merge(id, new long[] {offset}, KeptView::joined);
        }
    }

    private void place(UUID id, Result value, long offset) {
        long[] before = early.remove(id);
        int more = value.getParts() - 1;
        long[] parts =
                before == null || more == 0
                        ? NONE
                        : Arrays.copyOfRange(
                                before, Math.max(0, before.length - more), before.length);
        long expires =
                value.getExpiresAt() == null ? Long.MAX_VALUE : value.getExpiresAt().toEpochMilli();
        places.put(id, new Place(offset, parts, expires));
        List<Consumer<KeptResult>> told = listeners.get(id);
        if (told != null) {
            ResultRecords.result(value)
                    .ifPresent(result -> told.forEach(listener -> listener.accept(result)));
        }
    }

    private static long[] joined(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
