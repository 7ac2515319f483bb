package dev.millrace.worker.dialect;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.http.HttpProvider;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

class OpenAiDialectTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        var configured =
                new dev.millrace.configuration.Provider(
                        "openai",
                        ProviderKind.OPENAI_COMPATIBLE,
                        baseUrl,
                        List.of(new ProviderKey(SecretReference.environment("KEY"))),
                        Account.USUAL,
                        Map.of(),
                        Location.CLOUD,
                        Limits.DEFAULT,
                        false,
                        timeouts);
        try {
            return HttpProvider.configured(
                    configured,
                    OpenAiDialect.of(configured, true),
                    new Secrets(Map.of("KEY", KEY)),
                    UpstreamSettings.IDLE,
                    InstantSource.system());
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }
}
