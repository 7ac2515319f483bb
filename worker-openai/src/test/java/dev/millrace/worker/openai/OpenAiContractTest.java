package dev.millrace.worker.openai;

import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;

class OpenAiContractTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        var configured =
                new dev.millrace.configuration.Provider(
                        "openai",
                        ProviderKind.OPENAI,
                        baseUrl,
                        SecretReference.environment("OPENAI_API_KEY"),
                        null,
                        null,
                        null,
                        Map.of(),
                        Location.CLOUD,
                        8,
                        timeouts);
        try {
            return new OpenAiProviders(InstantSource.system())
                    .create(configured, new Secrets(Map.of("OPENAI_API_KEY", KEY)));
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected boolean mayNotList() {
        return false;
    }
}
