package dev.millrace.worker.replicas;

import dev.millrace.configuration.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Makes providers that have several servers, and remembers of each what is known of its servers: a
/// provider whose configuration changes is made anew. Thread-safe.
public final class ReplicatedProviders {
    private final InstantSource clock;
    private final Map<String, Fleet> fleets = new ConcurrentHashMap<>();

    /// @param clock for servers that warm up
    public ReplicatedProviders(InstantSource clock) {
        this.clock = clock;
    }

    /// Makes a provider of all its servers. Of one that was made before under the same name, those
    /// servers that stay keep what is known of them, and those that come warm up.
    ///
    /// @param configured has [Provider#replicas()]
    /// @param factory makes the provider of each server
    /// @throws SecretMissing if a reference leads nowhere
    public dev.millrace.worker.provider.Provider create(
            Provider configured, ProviderFactory factory, Secrets secrets) throws SecretMissing {
        if (configured.replicas().isEmpty()) {
            throw new IllegalArgumentException(configured.name() + " has no replicas");
        }
        Fleet fleet =
                fleets.compute(
                        configured.name(),
                        (name, before) ->
                                before == null
                                        ? Fleet.of(name, configured.replicas(), clock)
                                        : before.changedTo(configured.replicas()));
        return Replicas.create(configured, fleet, factory, secrets, clock);
    }

    /// Forgets what is known of all other providers' servers.
    ///
    /// @param names of the providers that there are and that have several servers
    public void keepOnly(Set<String> names) {
        fleets.keySet().retainAll(names);
    }
}
