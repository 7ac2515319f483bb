package dev.millrace.router.stream;

import dev.millrace.topology.StoreKeys;
import dev.millrace.topology.TimeQueue;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Which record has each idempotency key, by request id: the first that was dispatched, or refused
/// with an outcome that is kept. Not thread-safe.
final class Claims {

    /// The store. Its name is part of its changelog's name: a store under another one is empty.
    static final String STORE = "claims";

    /// How a record stands to the claim that is there.
    enum Standing {
        /// No claim is in its way.
        FREE,
        /// It is the record that made the claim: the router stopped before it had committed it.
        OWN,
        /// The same request was claimed by another record.
        DUPLICATE,
        /// The key is claimed for another body.
        CONFLICT
    }

    private static final char CLAIM = 'c';
    private static final char EXPIRY = 'e';

    private final KeyValueStore<Bytes, byte[]> store;
    private final TimeQueue expiry;

    Claims(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        this.expiry = new TimeQueue(store, EXPIRY);
    }

    Standing standing(UUID request, Claim wanted, Instant now) {
        Claim held = find(request);
        if (held == null || !held.expires().isAfter(now) || wanted.redrive() > held.redrive()) {
            return Standing.FREE;
        }
        if (held.isOfSameRecordAs(wanted)) {
            return Standing.OWN;
        }
        return held.digest().equals(wanted.digest()) ? Standing.DUPLICATE : Standing.CONFLICT;
    }

    /// Claims a key that is [Standing#FREE].
    void take(UUID request, Claim claim) {
        Claim before = find(request);
        if (before != null) {
            expiry.remove(before.expires(), request);
        }
        store.put(StoreKeys.of(CLAIM, request), claim.encode());
        expiry.add(claim.expires(), request);
    }

    /// Forgets claims that have expired.
    ///
    /// @param limit the most to forget
    void forgetExpired(Instant now, int limit) {
        for (TimeQueue.Entry expired : expiry.drain(now, limit)) {
            store.delete(StoreKeys.of(CLAIM, expired.id()));
        }
    }

    private @Nullable Claim find(UUID request) {
        byte[] claim = store.get(StoreKeys.of(CLAIM, request));
        return claim == null ? null : Claim.decode(claim);
    }
}
