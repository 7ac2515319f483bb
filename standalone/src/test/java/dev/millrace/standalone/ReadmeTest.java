package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Everything that the README shows, done: its commands against a running server, its documents
/// through the reader, its code as it stands in a test. What the project's check runs itself
/// (`./millrace up`, `./mvnw verify`) is left to it.
@ResourceLock(SharedMillrace.LOCK)
class ReadmeTest {

    @TempDir static Path folder;

    private static RunningMillrace millrace;
    private static Document readme;

    @BeforeAll
    static void start() throws IOException {
        millrace = SharedMillrace.running();
        readme = Document.named("README.md");
    }

    @Test
    void its_commands_work() throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("millrace.yaml"), readme.blocks("yaml").getFirst());
        int run = 0;
        for (String command : readme.commands()) {
            List<String> words =
                    Document.words(
                            command.replace(" millrace.yaml", " " + config)
                                    .replace("--out ", "--out " + folder + "/"));
            switch (words.getFirst()) {
                case "curl" ->
                        assertThat(Document.curl(millrace, words)).as(command).isBetween(200, 202);
                case "./millrace" -> run += words.get(1).equals("up") ? 0 : runs(words);
                default -> assertThat(command).isEqualTo("./mvnw verify");
            }
        }
        assertThat(run).as("commands of the launcher").isGreaterThanOrEqualTo(5);
    }

    @Test
    void its_code_stands_in_a_test_that_runs_it() throws IOException {
        String test =
                squeezed(
                        Files.readString(
                                Document.ROOT.resolve(
                                        "standalone/src/test/java/dev/millrace/standalone/KafkaCallerTest.java")));

        assertThat(readme.blocks("java"))
                .isNotEmpty()
                .allSatisfy(code -> assertThat(test).contains(squeezed(code)));
    }

    @Test
    void its_links_lead_somewhere() {
        readme.assertLinksLeadSomewhere();
    }

    /// Costs are there a moment after the request that caused them.
    private static int runs(List<String> words) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> Document.run(millrace, words));
        return 1;
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
