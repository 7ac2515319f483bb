package dev.millrace.configuration.document;

import dev.millrace.configuration.ProviderKind;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a provider listens: at one address, or at those of its replicas.
///
/// @param baseUrl null for a kind that needs none, and where there are replicas
/// @param replicas each once; empty where there is one address
record Addresses(@Nullable URI baseUrl, List<URI> replicas) {

    /// Reads `base-url` and `base-urls`, of which a provider has one at most.
    static Addresses read(Section section, ProviderKind kind) {
        URI baseUrl = section.value("base-url", Addresses::httpUrl).orElse(null);
        if (section.has("base-urls")) {
            return new Addresses(null, replicas(section, kind));
        }
        if (baseUrl == null && kind.needsBaseUrl() && !section.has("base-url")) {
            section.problem(
                    "base-url",
                    kind.mayHaveReplicas() ? "is missing, and so is base-urls" : "is missing");
        }
        return new Addresses(baseUrl == null ? kind.defaultBaseUrl() : baseUrl, List.of());
    }

    private static List<URI> replicas(Section section, ProviderKind kind) {
        if (section.has("base-url")) {
            section.problem("base-urls", "takes the place of base-url: give one of the two");
        }
        Set<URI> seen = new HashSet<>();
        List<URI> replicas =
                section.values(
                        "base-urls",
                        text -> {
                            URI address = httpUrl(text);
                            if (!seen.add(address)) {
                                throw new IllegalArgumentException(address + " is given twice");
                            }
                            return address;
                        });
        if (!kind.mayHaveReplicas()) {
            section.problem(
                    "base-urls",
                    "is for self-hosted kinds and openai-compatible, not for " + kind.spelling());
            return List.of();
        }
        if (replicas.isEmpty()) {
            section.problem("base-urls", "holds no address");
        }
        return replicas;
    }

    private static URI httpUrl(String text) {
        URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("expected an http or https URL with a host");
        }
        if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("a base URL has no user, query or fragment");
        }
        return uri;
    }
}
