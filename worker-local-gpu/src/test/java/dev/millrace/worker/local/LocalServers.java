package dev.millrace.worker.local;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Providers for tests, made as the product makes them.
final class LocalServers {
    private LocalServers() {}

    static Provider provider(ProviderKind kind, URI baseUrl, Timeouts timeouts, InstantSource time)
            throws SecretMissing {
        return new LocalProviders(time)
                .create(
                        new dev.millrace.configuration.Provider(
                                kind.spelling(),
                                kind,
                                baseUrl,
                                List.of(),
                                Account.USUAL,
                                Map.of(),
                                Location.LOCAL,
                                new Limits(8, null, null),
                                false,
                                timeouts),
                        new Secrets(Map.of()));
    }
}
