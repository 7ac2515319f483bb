package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Everything in docs/analysts.md that needs no more than a JVM, done against a running server: the
/// commands, and each query.
@ResourceLock(SharedMillrace.LOCK)
class AnalystsTest {

    @TempDir static Path folder;

    private static RunningMillrace millrace;
    private static Document page;

    @BeforeAll
    static void spend() throws Exception {
        millrace = SharedMillrace.running();
        page = Document.named("docs/analysts.md");
        List<String> ask =
                Document.named("README.md").commands().stream()
                        .filter(command -> command.startsWith("curl") && command.contains(" -d "))
                        .map(Document::words)
                        .findFirst()
                        .orElseThrow();
        assertThat(Document.curl(millrace, ask)).isEqualTo(200);
    }

    @Test
    void its_commands_work() throws Exception {
        int run = 0;
        for (String command : page.commands()) {
            List<String> words = Document.words(command.replace("--out ", "--out " + folder + "/"));
            if (words.getFirst().equals("curl")) {
                assertThat(Document.curl(millrace, words)).as(command).isEqualTo(200);
            } else {
                assertThat(words.getFirst()).isEqualTo("./millrace");
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> Document.run(millrace, words));
            }
            run++;
        }
        assertThat(run).isGreaterThanOrEqualTo(6);
    }

    @Test
    void its_queries_work() {
        List<String> queries = page.blocks("sql");

        assertThat(queries).hasSizeGreaterThanOrEqualTo(4);
        for (String query : queries) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> Document.run(millrace, List.of("./millrace", "sql", query)));
        }
    }

    @Test
    void its_links_lead_somewhere() throws IOException {
        page.assertLinksLeadSomewhere();
    }
}
