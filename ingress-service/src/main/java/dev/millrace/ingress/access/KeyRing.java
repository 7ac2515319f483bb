package dev.millrace.ingress.access;

import dev.millrace.configuration.ApiKey;
import dev.millrace.configuration.Tenant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every key of one configuration, by its hash. Immutable.
///
/// The look-up takes the same steps whatever is presented: the index is keyed by the hash of a
/// secret of this process and the presented key's hash, which no caller can steer, and the entry
/// found is compared in constant time.
public final class KeyRing {

    private record Entry(ApiKey key, Caller caller) {}

    private static final Caller ANYONE = new Caller(Tenant.DEFAULT, null, Set.of());
    private static final int LONGEST_KEY = 1024;

    private final byte[] secret;
    private final boolean open;
    private final boolean anyone;
    private final Map<ByteBuffer, Entry> index = new HashMap<>();
    private final Entry nobody;

    /// @param tenants empty makes every caller tenant `default`
    /// @param anyone whether callers are let in while no tenant is configured
    /// @param secret random bytes of this process
    public KeyRing(List<Tenant> tenants, boolean anyone, byte[] secret) {
        this.anyone = anyone;
        this.secret = secret.clone();
        this.open = tenants.isEmpty();
        this.nobody = new Entry(new ApiKey("", "0".repeat(64)), ANYONE);
        for (Tenant tenant : tenants) {
            for (ApiKey key : tenant.keys()) {
                Caller caller = new Caller(tenant.id(), key.id(), tenant.models());
                index.put(blind(key.digest()), new Entry(key, caller));
            }
        }
    }

    /// Whether no tenant is configured, so that every caller is tenant `default`.
    public boolean open() {
        return open;
    }

    /// Who sends a request with this `Authorization` header; empty if no tenant has the key.
    public Optional<Caller> caller(@Nullable String authorization) {
        if (open) {
            return anyone ? Optional.of(ANYONE) : Optional.empty();
        }
        String key = bearer(authorization);
        if (key == null) {
            return Optional.empty();
        }
        byte[] digest = sha256().digest(key.getBytes(StandardCharsets.UTF_8));
        Entry entry = index.getOrDefault(blind(digest), nobody);
        return MessageDigest.isEqual(entry.key().digest(), digest)
                ? Optional.of(entry.caller())
                : Optional.empty();
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > LONGEST_KEY
                || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String key = authorization.substring(7).strip();
        return key.isEmpty() ? null : key;
    }

    private ByteBuffer blind(byte[] digest) {
        MessageDigest sha = sha256();
        sha.update(secret);
        sha.update(digest);
        return ByteBuffer.wrap(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
