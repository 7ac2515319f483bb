package dev.millrace.worker.vertex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.DialectContract;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.provider.Provider;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The contract for both families of models: a token server gives out [#KEY].
abstract class VertexContract extends DialectContract {
    static final Account ACCOUNT = new Account(null, "mill-1", "europe-west4", null);

    private static TokenServer tokens;

    @BeforeAll
    static void startTokenServer() throws Exception {
        tokens = new TokenServer(KEY);
        assertThat(new GoogleTokens(tokens.key()).headers(Duration.ofMinutes(1)))
                .containsEntry("Authorization", "Bearer " + KEY);
    }

    @AfterAll
    static void stopTokenServer() {
        tokens.close();
    }

    @Override
    protected Provider provider(URI baseUrl, Timeouts timeouts, InstantSource time)
            throws Exception {
        int before = tokens.asked();
        Provider provider =
                Cloud.provider(
                        ProviderKind.VERTEX_AI, baseUrl, tokens.key(), ACCOUNT, timeouts, time);
        // Some of the contract's calls have no time left for a token.
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> tokens.asked() > before);
        return provider;
    }
}
