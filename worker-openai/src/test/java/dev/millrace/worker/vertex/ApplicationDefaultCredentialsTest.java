package dev.millrace.worker.vertex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Without a key in the configuration, Google's library finds one through the environment. The
/// build sets it for the tests of this module.
class ApplicationDefaultCredentialsTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

    @Test
    void they_are_found_through_the_environment() throws Exception {
        Path file = Path.of(System.getenv("GOOGLE_APPLICATION_CREDENTIALS"));
        try (TokenServer server = new TokenServer()) {
            Files.writeString(file, server.key());

            GoogleTokens tokens = new GoogleTokens(null);

            assertThat(tokens.headers(LONG_ENOUGH))
                    .containsEntry("Authorization", "Bearer token-1");
            assertThat(server.asked()).isEqualTo(1);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
