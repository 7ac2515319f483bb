package dev.millrace.router.outcome;

import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Result;
import dev.millrace.topology.StoreKeys;
import dev.millrace.topology.TimeQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Where each request stands: the head of its result without the body, as it stands on the topic of
/// results, which later versions of its schema can read. The open ones also in the order in which
/// they expire, and the closed ones in the order in which they are forgotten. Not thread-safe.
final class Outcomes {

    /// How long after its deadline a request is waited for: a worker may be writing its outcome.
    static final Duration GRACE = Duration.ofSeconds(10);

    /// How many entries expire or are forgotten in one go, so that no commit takes long.
    private static final int BATCH = 1_000;

    private static final char HEAD = 'h';
    private static final char DUE = 'd';
    private static final char EXPIRY = 'e';

    private final KeyValueStore<Bytes, byte[]> store;
    private final TimeQueue due;
    private final TimeQueue expiry;
    private final String topic;
    private final Serializer<Result> serializer;
    private final Deserializer<Result> deserializer;

    Outcomes(KeyValueStore<Bytes, byte[]> store, WireLinks links) {
        this.store = store;
        this.due = new TimeQueue(store, DUE);
        this.expiry = new TimeQueue(store, EXPIRY);
        this.topic = links.topics().results().name();
        this.serializer = links.serdes().serializer();
        this.deserializer = links.serdes().deserializer(Result.class);
    }

    @Nullable Result find(UUID request) {
        byte[] head = store.get(StoreKeys.of(HEAD, request));
        return head == null ? null : deserializer.deserialize(topic, head);
    }

    /// @param head without a body
    /// @param before what stood there
    void put(Result head, @Nullable Result before) {
        UUID request = head.getRequestId();
        if (before == null || !isQueuedAlike(head, before)) {
            if (before != null) {
                leaveQueue(before);
            }
            queue(head).add(time(head), request);
        }
        store.put(StoreKeys.of(HEAD, request), serializer.serialize(topic, head));
    }

    void forget(Result head) {
        leaveQueue(head);
        store.delete(StoreKeys.of(HEAD, head.getRequestId()));
    }

    /// Takes out the requests that were due by a time.
    List<Result> drainDue(Instant until) {
        return drain(due, until);
    }

    /// Takes out the outcomes that are kept no longer.
    List<Result> drainExpired(Instant now) {
        return drain(expiry, now);
    }

    void close() {
        serializer.close();
        deserializer.close();
    }

    private List<Result> drain(TimeQueue queue, Instant until) {
        List<Result> heads = new ArrayList<>();
        for (TimeQueue.Entry entry : queue.drain(until, BATCH)) {
            Result head = find(entry.id());
            if (head != null) {
                heads.add(head);
            }
        }
        return heads;
    }

    private void leaveQueue(Result head) {
        queue(head).remove(time(head), head.getRequestId());
    }

    private TimeQueue queue(Result head) {
        return head.getExpiresAt() == null ? due : expiry;
    }

    private static boolean isQueuedAlike(Result one, Result other) {
        return (one.getExpiresAt() == null) == (other.getExpiresAt() == null)
                && time(one).equals(time(other));
    }

    private static Instant time(Result head) {
        Instant expires = head.getExpiresAt();
        return expires != null
                ? expires
                : TimeQueue.bounded(head.getRequest().getDeadline()).plus(GRACE);
    }
}
