package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the documentation, whose blocks can be done as its readers do them, against a running
/// server.
final class Document {

    static final Path ROOT = Path.of(System.getProperty("millrace.root"));

    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");

    private final Path page;
    private final String text;

    private Document(Path page, String text) {
        this.page = page;
        this.text = text;
    }

    /// @param name from the root of the project
    static Document named(String name) throws IOException {
        Path page = ROOT.resolve(name);
        return new Document(page, Files.readString(page));
    }

    /// The blocks of a language.
    List<String> blocks(String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /// The commands in its blocks of the shell.
    List<String> commands() {
        return blocks("sh").stream().flatMap(block -> block.strip().lines()).toList();
    }

    void assertLinksLeadSomewhere() {
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            if (!link.group(1).startsWith("http")) {
                assertThat(page.resolveSibling(link.group(1))).exists();
            }
        }
    }

    static List<String> words(String command) {
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

    /// Runs a command of the launcher, which has to end well and to print something.
    ///
    /// @param words the launcher's name first
    static void run(RunningMillrace millrace, List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                MillraceCommand.commandLine(
                                Map.of(
                                        "MILLRACE_URL",
                                        millrace.url("").toString(),
                                        "KAFKA_BOOTSTRAP_SERVERS",
                                        millrace.bootstrapServers()),
                                new PrintWriter(out, true),
                                new PrintWriter(err, true),
                                new ByteArrayInputStream(new byte[0]))
                        .execute(words.subList(1, words.size()).toArray(String[]::new));
        assertThat(exitCode).as(words + "\n" + out + err).isZero();
        assertThat(out.toString()).as(words.toString()).isNotBlank();
    }

    /// Does what curl does, and returns the status.
    static int curl(RunningMillrace millrace, List<String> words)
            throws IOException, InterruptedException {
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
}
