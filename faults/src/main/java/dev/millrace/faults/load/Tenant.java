package dev.millrace.faults.load;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Who asks, and the key that shows it. Several, because a tenant's requests share a partition.
///
/// @param id as the configuration and the records name it
/// @param key of its callers over HTTP
public record Tenant(String id, String key) {

    static final List<Tenant> ALL =
            IntStream.range(0, 8).mapToObj(i -> new Tenant("team-" + i, "key-" + i)).toList();

    /// The one that a request is from.
    static Tenant of(int number) {
        return ALL.get(number % ALL.size());
    }

    /// The `tenants` of a configuration document.
    public static String document() {
        return "tenants:\n"
                + ALL.stream()
                        .map(tenant ->
                                "  - { id: "
                                        + tenant.id()
                                        + ", keys: [ { id: "
                                        + tenant.id()
                                        + ", sha256: "
                                        + sha256(tenant.key())
                                        + " } ] }\n")
                        .collect(Collectors.joining());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
