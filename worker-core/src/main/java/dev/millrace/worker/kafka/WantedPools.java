package dev.millrace.worker.kafka;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Provider;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tells which pools a worker has to have.
final class WantedPools {

    private WantedPools() {}

    /// Those that are configured, and those that were found and are not: neither by name nor by
    /// address.
    static Map<String, PoolIdentity> of(
            Configuration configuration,
            Collection<Provider> discovered,
            ProviderRegistry registry) {
        Map<String, PoolIdentity> wanted = new LinkedHashMap<>();
        for (Provider provider : configuration.providers()) {
            if (registry.knows(provider.kind())) {
                wanted.put(provider.name(), new PoolIdentity(provider, false, false));
            }
        }
        for (Provider found : discovered) {
            boolean configured =
                    configuration.provider(found.name()).isPresent()
                            || configuration.providers().stream()
                                    .anyMatch(other -> sameAddress(other, found));
            if (!configured && registry.knows(found.kind())) {
                wanted.put(found.name(), new PoolIdentity(found, true, false));
            }
        }
        return wanted;
    }

    private static boolean sameAddress(Provider one, Provider other) {
        return one.addresses().stream()
                .anyMatch(first ->
                        other.addresses().stream().anyMatch(second -> isSame(first, second)));
    }

    private static boolean isSame(URI first, URI second) {
        return first.getPort() == second.getPort() && host(first).equals(host(second));
    }

    private static String host(URI address) {
        String host = String.valueOf(address.getHost());
        return switch (host) {
            case "localhost", "[::1]" -> "127.0.0.1";
            default -> host;
        };
    }
}
