package dev.millrace.worker.local;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes providers of every self-hosted kind. All of them speak OpenAI's dialect under `/v1`.
public final class LocalProviders implements ProviderFactory {
    private final InstantSource clock;

    public LocalProviders(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Set<ProviderKind> kinds() {
        return Arrays.stream(ProviderKind.values())
                .filter(ProviderKind::selfHosted)
                .collect(Collectors.toSet());
    }

    @Override
    public OpenAiDialect create(Provider configured, Secrets secrets) throws SecretMissing {
        return OpenAiDialect.configured(configured, secrets, UpstreamSettings.IDLE, clock);
    }
}
