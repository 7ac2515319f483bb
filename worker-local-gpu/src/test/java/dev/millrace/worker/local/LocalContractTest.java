package dev.millrace.worker.local;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

class LocalContractTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        var configured =
                new dev.millrace.configuration.Provider(
                        "vllm",
                        ProviderKind.VLLM,
                        baseUrl,
                        List.of(),
                        Account.USUAL,
                        Map.of(),
                        Location.LOCAL,
                        8,
                        false,
                        timeouts);
        try {
            return new LocalProviders(InstantSource.system())
                    .create(configured, new Secrets(Map.of()));
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected boolean sendsKey() {
        return false;
    }

    @Override
    protected boolean mayNotList() {
        return false;
    }
}
