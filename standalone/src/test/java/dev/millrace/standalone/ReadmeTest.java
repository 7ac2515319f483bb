package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.cli.MillraceCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Everything that the README shows, done: its commands against a running server, its documents
/// through the reader, its code as it stands in a test. What the project's check runs itself
/// (`./millrace up`, `./mvnw verify`) is left to it.
@ResourceLock(SharedMillrace.LOCK)
class ReadmeTest {

    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir static Path folder;

    private static RunningMillrace millrace;

    @BeforeAll
    static void start() {
        millrace = SharedMillrace.running();
    }

    @Test
    void its_commands_work() throws Exception {
        Path config = Files.writeString(folder.resolve("millrace.yaml"), blocks("yaml").getFirst());
        int run = 0;
        for (String block : blocks("sh")) {
            for (String command : block.strip().lines().toList()) {
                List<String> words = words(command.replace(" millrace.yaml", " " + config));
                switch (words.getFirst()) {
                    case "curl" -> assertThat(curl(words)).as(command).isBetween(200, 202);
                    case "./millrace" -> run += words.get(1).equals("up") ? 0 : runs(words);
                    default -> assertThat(command).isEqualTo("./mvnw verify");
                }
            }
        }
        assertThat(run).as("commands of the launcher").isGreaterThanOrEqualTo(3);
    }

    @Test
    void its_code_stands_in_a_test_that_runs_it() throws IOException {
        String test =
                squeezed(
                        Files.readString(
                                ROOT.resolve(
                                        "standalone/src/test/java/dev/millrace/standalone/KafkaCallerTest.java")));

        assertThat(blocks("java"))
                .isNotEmpty()
                .allSatisfy(code -> assertThat(test).contains(squeezed(code)));
    }

    @Test
    void its_links_lead_somewhere() throws IOException {
        Matcher link = Pattern.compile("]\\(([^)#]+)\\)").matcher(readme());
        while (link.find()) {
            assertThat(ROOT.resolve(link.group(1))).exists();
        }
    }

    /// Costs are there a moment after the request that caused them.
    private static int runs(List<String> words) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> run(words));
        return 1;
    }

    private static void run(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                MillraceCommand.commandLine(
                                Map.of("MILLRACE_URL", millrace.url("").toString()),
                                new PrintWriter(out, true),
                                new PrintWriter(err, true),
                                new ByteArrayInputStream(new byte[0]))
                        .execute(words.subList(1, words.size()).toArray(String[]::new));
        assertThat(exitCode).as(words + "\n" + out + err).isZero();
        assertThat(out.toString()).as(words.toString()).isNotBlank();
    }

    private static int curl(List<String> words) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder();
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-H" -> {
                    String[] header = words.get(++i).split(": ", 2);
                    request.header(header[0], header[1]);
                }
                case "-d" -> request.POST(BodyPublishers.ofString(words.get(++i)));
                default -> {
                    URI url = URI.create(words.get(i));
                    assertThat(url.getPort()).isEqualTo(4000);
                    String query = url.getQuery() == null ? "" : "?" + url.getQuery();
                    request.uri(millrace.url(url.getPath() + query));
                }
            }
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> response = client.send(request.build(), BodyHandlers.discarding());
            return response.statusCode();
        }
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return words;
    }

    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(readme())
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .collect(Collectors.toList());
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
