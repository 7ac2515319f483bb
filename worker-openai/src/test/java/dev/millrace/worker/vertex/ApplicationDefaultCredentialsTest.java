package dev.millrace.worker.vertex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Without a key in the configuration, Google's library looks for one where `gcloud` leaves it, in
/// the user's home, which is another one here.
@DisabledIfEnvironmentVariable(named = "GOOGLE_APPLICATION_CREDENTIALS", matches = ".+")
@DisabledIfEnvironmentVariable(named = "CLOUDSDK_CONFIG", matches = ".+")
@DisabledOnOs(OS.WINDOWS)
class ApplicationDefaultCredentialsTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

    private final String home = System.getProperty("user.home");

    @BeforeEach
    void moveHome(@TempDir Path folder) {
        System.setProperty("user.home", folder.toString());
    }

    @AfterEach
    void moveBack() {
        System.setProperty("user.home", home);
    }

    @Test
    void they_are_found_in_the_users_home() throws Exception {
        try (TokenServer server = new TokenServer()) {
            Path gcloud = Path.of(System.getProperty("user.home"), ".config", "gcloud");
            Files.createDirectories(gcloud);
            Files.writeString(gcloud.resolve("application_default_credentials.json"), server.key());

            GoogleTokens tokens = new GoogleTokens(null);

            assertThat(tokens.headers(LONG_ENOUGH))
                    .containsEntry("Authorization", "Bearer token-1");
            assertThat(server.asked()).isEqualTo(1);
        }
    }
}
