package dev.millrace.worker.local;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;

class LocalContractTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        try {
            return LocalServers.provider(
                    ProviderKind.VLLM, baseUrl, timeouts, InstantSource.system());
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected List<String> ownEndpoints() {
        return List.of("/health", "/metrics");
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
