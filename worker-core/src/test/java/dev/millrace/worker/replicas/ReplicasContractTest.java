package dev.millrace.worker.replicas;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import java.net.URI;
import java.time.InstantSource;

/// One server of several is a provider like every other.
class ReplicasContractTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        try {
            return Rack.provider(
                    new ReplicatedProviders(InstantSource.system()), timeouts, baseUrl);
        } catch (SecretMissing e) {
            throw new AssertionError(e);
        }
    }
}
