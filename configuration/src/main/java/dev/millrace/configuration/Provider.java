package dev.millrace.configuration;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider as configured.
///
/// @param name lower-case letters, digits and hyphens; part of its topics' names
/// @param kind what speaks there
/// @param baseUrl up to and including the version, `/v1`; null for a kind that needs none, and
///   where there are `replicas`
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
/// @param replicas base URLs of servers that serve the same models, each once; empty where there is
///   one server
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
        @Nullable Duration keepAlive,
        List<URI> replicas) {

    public Provider {
        keys = List.copyOf(keys);
        headers = Map.copyOf(headers);
        if (keepAlive != null && !keepAlive.isPositive()) {
            throw new IllegalArgumentException(
                    "keep-alive must be longer than nothing, is " + keepAlive);
        }
        replicas = List.copyOf(replicas);
        if (!replicas.isEmpty() && baseUrl != null) {
            throw new IllegalArgumentException("a provider has a base-url or base-urls, not both");
        }
        if (!replicas.isEmpty() && !kind.mayHaveReplicas()) {
            throw new IllegalArgumentException(kind.spelling() + " has no replicas");
        }
        if (new HashSet<>(replicas).size() < replicas.size()) {
            throw new IllegalArgumentException("base-urls has an address twice");
        }
    }

    /// A provider with one server, which keeps models for as long as it is set to itself.
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
                null,
                List.of());
    }

    /// The addresses of its servers, as far as the configuration names them.
    public List<URI> addresses() {
        return baseUrl == null ? replicas : List.of(baseUrl);
    }

    /// The same provider with this server alone.
    public Provider at(URI server) {
        return new Provider(
                name,
                kind,
                server,
                keys,
                account,
                headers,
                location,
                limits,
                dropsUnsupported,
                timeouts,
                keepAlive,
                List.of());
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
