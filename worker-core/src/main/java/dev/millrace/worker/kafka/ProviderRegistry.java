package dev.millrace.worker.kafka;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.UnusableProvider;
import dev.millrace.worker.replicas.ReplicatedProviders;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes providers by their kind.
final class ProviderRegistry {
    private static final Logger log = LoggerFactory.getLogger(ProviderRegistry.class);

    private final Map<ProviderKind, ProviderFactory> factories = new EnumMap<>(ProviderKind.class);
    private final Secrets secrets;
    private final ReplicatedProviders replicated;

    /// @throws IllegalArgumentException if two factories make the same kind
    ProviderRegistry(List<ProviderFactory> factories, Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.replicated = new ReplicatedProviders(clock);
        for (ProviderFactory factory : factories) {
            for (ProviderKind kind : factory.kinds()) {
                if (this.factories.put(kind, factory) != null) {
                    throw new IllegalArgumentException("two factories for " + kind.spelling());
                }
            }
        }
    }

    /// Whether this worker can serve such a provider.
    boolean knows(ProviderKind kind) {
        return factories.containsKey(kind);
    }

    /// Forgets the servers of providers that are gone, or have no longer several.
    void keepOnly(Collection<Provider> wanted) {
        replicated.keepOnly(
                wanted.stream()
                        .filter(provider -> !provider.replicas().isEmpty())
                        .map(Provider::name)
                        .collect(Collectors.toSet()));
    }

    /// The provider, or one that refuses everything where its credential is missing.
    dev.millrace.worker.provider.Provider create(Provider configured) {
        ProviderFactory factory = factories.get(configured.kind());
        if (factory == null) {
            return UnusableProvider.gone();
        }
        try {
            return configured.replicas().isEmpty()
                    ? factory.create(configured, secrets)
                    : replicated.create(configured, factory, secrets);
        } catch (SecretMissing missing) {
            log.warn(
                    "event=credential_missing provider={} reason=\"{}\"",
                    configured.name(),
                    missing.getMessage());
            return UnusableProvider.withoutCredential(String.valueOf(missing.getMessage()));
        }
    }
}
