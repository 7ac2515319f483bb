package dev.millrace.worker.dialect;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ProviderContract;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.transport.UpstreamSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

class OpenAiDialectTest extends ProviderContract {

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts) {
        return new OpenAiDialect(
                new UpstreamSettings(
                        baseUrl,
                        Map.of("authorization", "Bearer " + KEY),
                        timeouts.connect(),
                        64,
                        UpstreamSettings.IDLE,
                        UpstreamSettings.LARGEST_ANSWER),
                timeouts,
                List.of(KEY),
                true,
                InstantSource.system());
    }
}
