package dev.millrace.worker.openai;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.DialectContract;
import dev.millrace.worker.provider.Provider;
import java.net.URI;
import java.time.InstantSource;

/// The contract of a kind with a key and goldens of its own, named as it is.
public abstract class CloudContract extends DialectContract {
    private final ProviderKind kind;
    private final String root;
    private final String requestIdHeader;

    /// @param root path of the base URL
    /// @param requestIdHeader with the provider's id of a call
    protected CloudContract(ProviderKind kind, String root, String requestIdHeader) {
        this.kind = kind;
        this.root = root;
        this.requestIdHeader = requestIdHeader;
    }

    @Override
    protected final String dialect() {
        return kind.spelling();
    }

    @Override
    protected final Provider provider(URI baseUrl, Timeouts timeouts, InstantSource time)
            throws Exception {
        return Cloud.provider(kind, baseUrl.resolve(root), KEY, timeouts, time);
    }

    @Override
    protected final String requestIdHeader() {
        return requestIdHeader;
    }
}
