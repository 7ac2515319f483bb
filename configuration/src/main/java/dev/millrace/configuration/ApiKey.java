package dev.millrace.configuration;

import java.util.HexFormat;

/// An API key as configured: its hash, never itself.
///
/// @param id names the key in records and costs
/// @param sha256 of the key's UTF-8 bytes, as 64 lower-case hex digits
public record ApiKey(String id, String sha256) {

    public ApiKey {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "sha256 of key " + id + " must be 64 lower-case hex digits");
        }
    }

    /// The hash's 32 bytes.
    public byte[] digest() {
        return HexFormat.of().parseHex(sha256);
    }
}
