package dev.millrace.router.stream;

import dev.millrace.router.wire.OutcomeRetention;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.topology.TimeQueue;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// What a request record claims its idempotency key with. Instants are whole milliseconds.
///
/// @param partition where the record stands
/// @param offset where the record stands
/// @param redrive how often the request was taken back from the dead letters
/// @param expires when the key is free again
/// @param digest of the body
record Claim(int partition, long offset, int redrive, Instant expires, ByteBuffer digest) {

    private static final int FIXED = 4 + 8 + 4 + 8;

    /// The claim of a request.
    ///
    /// @param digest of its body
    /// @param now bounds what the request says of its creation
    static Claim of(
            InferenceRequest request, ByteBuffer digest, RecordMetadata place, Instant now) {
        Instant created = request.getCreatedAt().isAfter(now) ? now : request.getCreatedAt();
        Instant expires =
                TimeQueue.bounded(created).plus(OutcomeRetention.of(request.getRetentionMs()));
        return new Claim(place.partition(), place.offset(), request.getRedrive(), expires, digest);
    }

    static Claim decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Claim(
                buffer.getInt(),
                buffer.getLong(),
                buffer.getInt(),
                Instant.ofEpochMilli(buffer.getLong()),
                buffer.slice());
    }

    byte[] encode() {
        return ByteBuffer.allocate(FIXED + digest.remaining())
                .putInt(partition)
                .putLong(offset)
                .putInt(redrive)
                .putLong(expires.toEpochMilli())
                .put(digest.duplicate())
                .array();
    }

    boolean isOfSameRecordAs(Claim other) {
        return partition == other.partition && offset == other.offset;
    }
}
