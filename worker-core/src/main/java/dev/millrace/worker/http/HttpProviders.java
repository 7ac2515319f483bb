package dev.millrace.worker.http;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Makes providers of the kinds that are spoken to over HTTP. Thread-safe.
public class HttpProviders implements ProviderFactory {
    private final Map<ProviderKind, HttpKind> registered;
    private final InstantSource clock;

    /// @param registered the kinds
    /// @param clock for timeouts and for the answers' dates
    public HttpProviders(Map<ProviderKind, HttpKind> registered, InstantSource clock) {
        this.registered = Map.copyOf(registered);
        this.clock = clock;
    }

    @Override
    public final Set<ProviderKind> kinds() {
        return registered.keySet();
    }

    @Override
    public final Provider create(dev.millrace.configuration.Provider configured, Secrets secrets)
            throws SecretMissing {
        HttpKind kind =
                Objects.requireNonNull(
                        registered.get(configured.kind()), configured.kind().spelling());
        return HttpProvider.configured(
                configured, kind.dialect().apply(configured), secrets, kind.idle(), clock);
    }
}
