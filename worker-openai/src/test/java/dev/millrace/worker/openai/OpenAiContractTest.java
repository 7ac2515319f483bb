package dev.millrace.worker.openai;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import java.net.URI;
import java.time.InstantSource;

class OpenAiContractTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        try {
            return Cloud.provider(
                    ProviderKind.OPENAI, baseUrl, KEY, timeouts, InstantSource.system());
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected boolean mayNotList() {
        return false;
    }
}
