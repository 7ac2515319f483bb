package dev.millrace.worker.kafka;

import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.http.HttpProvider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.util.Set;

/// Makes providers of the dialect, for tests of the pool.
final class DialectFactory implements ProviderFactory {

    @Override
    public Set<ProviderKind> kinds() {
        return Set.of(ProviderKind.OPENAI_COMPATIBLE);
    }

    @Override
    public HttpProvider create(Provider configured, Secrets secrets) throws SecretMissing {
        return HttpProvider.configured(
                configured,
                OpenAiDialect.of(configured, true),
                secrets,
                UpstreamSettings.IDLE,
                TestLog.CLOCK);
    }
}
