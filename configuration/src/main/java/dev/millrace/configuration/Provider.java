package dev.millrace.configuration;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider as configured.
///
/// @param name lower-case letters, digits and hyphens; part of its topics' names
/// @param kind what speaks there
/// @param baseUrl up to and including the version, `/v1`; null for a kind that needs none
/// @param keys its credentials; empty where it needs none
/// @param account which account of the provider is meant
/// @param headers sent with every call; their values may be references to secrets
/// @param location cloud or local
/// @param limits what all workers together may ask of it
/// @param dropsUnsupported whether members of a request that the provider does not have are left
///   out; otherwise such a request is rejected
/// @param timeouts of each call
/// @param keepAlive how long the server is to keep a model after a call; null where the server's
///   own setting holds
public record Provider(
        String name,
        ProviderKind kind,
        @Nullable URI baseUrl,
        List<ProviderKey> keys,
        Account account,
        Map<String, String> headers,
        Location location,
        Limits limits,
        boolean dropsUnsupported,
        Timeouts timeouts,
        @Nullable Duration keepAlive) {

    public Provider {
        keys = List.copyOf(keys);
        headers = Map.copyOf(headers);
        if (keepAlive != null && !keepAlive.isPositive()) {
            throw new IllegalArgumentException(
                    "keep-alive must be longer than nothing, is " + keepAlive);
        }
    }

    /// A provider whose server keeps models for as long as it is set to itself.
    public Provider(
            String name,
            ProviderKind kind,
            @Nullable URI baseUrl,
            List<ProviderKey> keys,
            Account account,
            Map<String, String> headers,
            Location location,
            Limits limits,
            boolean dropsUnsupported,
            Timeouts timeouts) {
        this(
                name,
                kind,
                baseUrl,
                keys,
                account,
                headers,
                location,
                limits,
                dropsUnsupported,
                timeouts,
                null);
    }

    /// The only key of a kind that has no more than one; null where it needs none.
    public @Nullable SecretReference apiKey() {
        return keys.isEmpty() ? null : keys.getFirst().reference();
    }

    /// A provider with every setting at its default.
    public static Provider of(
            String name, ProviderKind kind, @Nullable URI baseUrl, Location location) {
        return new Provider(
                name,
                kind,
                baseUrl,
                List.of(),
                Account.USUAL,
                Map.of(),
                location,
                Limits.DEFAULT,
                false,
                Timeouts.DEFAULT);
    }
}
