package dev.millrace.worker.openai;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.DialectContract;
import dev.millrace.worker.provider.Provider;
import java.net.URI;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The kinds that speak OpenAI's own dialect.
@ParameterizedClass
@EnumSource(names = {"OPENAI", "OPENAI_COMPATIBLE"})
class OpenAiGoldenContractTest extends DialectContract {

    private final ProviderKind kind;

    OpenAiGoldenContractTest(ProviderKind kind) {
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
        return Cloud.provider(kind, baseUrl, KEY, timeouts, time);
    }
}
