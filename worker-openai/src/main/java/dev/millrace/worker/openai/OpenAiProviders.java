package dev.millrace.worker.openai;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// Makes providers of the kinds `openai` and `openai-compatible`: a bearer key, the headers of
/// organisation and project where they are configured, and any further headers.
public final class OpenAiProviders implements ProviderFactory {
    /// OpenAI's front keeps unused connections for more than a minute; a new one costs two round
    /// trips.
    private static final Duration CLOUD_IDLE = Duration.ofSeconds(50);

    private final InstantSource clock;

    public OpenAiProviders(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Set<ProviderKind> kinds() {
        return Set.of(ProviderKind.OPENAI, ProviderKind.OPENAI_COMPATIBLE);
    }

    @Override
    public OpenAiDialect create(Provider configured, Secrets secrets) throws SecretMissing {
        Duration idle =
                configured.kind() == ProviderKind.OPENAI ? CLOUD_IDLE : UpstreamSettings.IDLE;
        return OpenAiDialect.configured(configured, secrets, idle, clock);
    }
}
