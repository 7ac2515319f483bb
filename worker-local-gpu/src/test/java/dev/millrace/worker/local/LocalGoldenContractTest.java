package dev.millrace.worker.local;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.DialectContract;
import dev.millrace.worker.provider.Provider;
import java.net.URI;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Every self-hosted kind.
@ParameterizedClass
@EnumSource(names = {"VLLM", "LLAMA_CPP", "OLLAMA", "LM_STUDIO", "LOCALAI", "HUGGING_FACE"})
class LocalGoldenContractTest extends DialectContract {
    private final ProviderKind kind;

    LocalGoldenContractTest(ProviderKind kind) {
        this.kind = kind;
    }

    @Override
    protected String dialect() {
        return "openai";
    }

    @Override
    protected String kind() {
        return kind.spelling();
    }

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts, InstantSource time)
            throws Exception {
        return LocalServers.provider(kind, baseUrl, timeouts, time);
    }
}
