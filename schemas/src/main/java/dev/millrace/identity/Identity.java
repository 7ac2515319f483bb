package dev.millrace.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Derives the ids that follow a request through the log. What is derived from the same things is
/// the same id, on every machine, so that work done twice is recognised. Thread-safe.
public final class Identity {

    private Identity() {}

    /// A new request id: a UUIDv7 (RFC 9562, section 5.7), so that ids sort by time.
    ///
    /// @param clock tells the millisecond that the id starts with
    /// @param random fills the other 74 bits
    public static UUID requestId(InstantSource clock, RandomGenerator random) {
        long high = (clock.millis() << 16) | 0x7000 | (random.nextLong() & 0x0fff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /// The request id of a request with an idempotency key: the same key of the same tenant is the
    /// same request.
    public static UUID requestId(String tenant, String idempotencyKey) {
        return hash("request", tenant, idempotencyKey);
    }

    /// The id of the request's dispatch on its `hop`: a dispatch that is sent again by a router
    /// that was killed has the same id.
    public static UUID dispatchId(UUID requestId, int hop) {
        return hash("dispatch", requestId.toString(), Integer.toString(hop));
    }

    /// The same for a request that was taken back from the dead letters.
    ///
    /// @param redrive how often that was done; 0 for a request that never was one
    public static UUID dispatchId(UUID requestId, int hop, int redrive) {
        return redrive == 0
                ? dispatchId(requestId, hop)
                : hash(
                        "dispatch",
                        requestId.toString(),
                        Integer.toString(hop),
                        Integer.toString(redrive));
    }

    /// The id of a charge: one attempt is charged once for each basis and sign.
    ///
    /// @param basis of a charge, the id of the price entry, or the empty string where no price is
    ///   known; of a reversal, the id of the charge that it takes back
    /// @param reversal whether the charge takes back an earlier one
    public static UUID chargeId(UUID attemptId, String basis, boolean reversal) {
        return hash("charge", attemptId.toString(), basis, reversal ? "-" : "+");
    }

    /// A UUIDv8 (RFC 9562, section 5.8): the first 122 bits of a SHA-256 over the parts, each
    /// preceded by its length, so that no two lists of parts run together.
    private static UUID hash(String... parts) {
        MessageDigest sha = sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
            sha.update(bytes);
        }
        ByteBuffer digest = ByteBuffer.wrap(sha.digest());
        long high = (digest.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000;
        long low = (digest.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
