package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.prices.LiteLlmPriceMap;
import dev.millrace.cli.prices.PriceFileContent;
import dev.millrace.cli.prices.UnreadablePrices;
import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.configuration.document.PriceFile;
import dev.millrace.configuration.document.Problem;
import dev.millrace.configuration.prices.PriceEntry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The price list that a command line names, in one of its formats.
final class PriceSource {

    /// The formats, as the command line spells them.
    enum Format {
        MILLRACE,
        LITELLM;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final int LARGEST = 64 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_PROBLEMS = 20;

    @Parameters(
            paramLabel = "FILE|URL",
            description = {
                "A list of prices: YAML with `prices`, as in the configuration document, or",
                "LiteLLM's price map. - reads the standard input."
            })
    private String place = "-";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. By default the one that it looks like.")
    private @Nullable Format format;

    @Option(
            names = "--effective-from",
            paramLabel = "TIME",
            description = {
                "From when prices hold that do not say it, as LiteLLM's do not: a date, or a time",
                "with its offset. By default from now on, which leaves the past as it is."
            })
    private @Nullable String from;

    /// Reads it.
    ///
    /// @throws CommandFailure if it cannot be read, or something in it is wrong: then nothing of it
    ///   counts
    PriceFileContent read(PricesOnLog log, Surroundings around) throws InterruptedException {
        String text = text(around);
        Format chosen = format;
        if (chosen == null) {
            chosen = text.stripLeading().startsWith("{") ? Format.LITELLM : Format.MILLRACE;
        }
        Instant now = around.clock().instant();
        Instant start =
                from == null ? now : PointInTime.parse("--effective-from", from, around.clock());
        String source = name() + " of " + LocalDate.ofInstant(now, ZoneOffset.UTC);
        try {
            return switch (chosen) {
                case LITELLM -> {
                    if (!log.currency().equals(PriceEntry.STANDARD_CURRENCY)) {
                        throw CommandFailure.of(
                                "LiteLLM's prices are in USD, and the ledger is in "
                                        + log.currency());
                    }
                    yield new LiteLlmPriceMap(log.owners(), start, source).read(text);
                }
                case MILLRACE -> millrace(text, log, source);
            };
        } catch (UnreadablePrices e) {
            throw refused(e.problems());
        }
    }

    private PriceFileContent millrace(String text, PricesOnLog log, String source) {
        if (from != null) {
            throw CommandFailure.usage(
                    "--effective-from is for LiteLLM's price map; here each entry says it");
        }
        try {
            return new PriceFileContent(
                    PriceFile.parse(text, log.names(), log.currency(), source),
                    new TreeMap<>(Map.of()));
        } catch (InvalidDocument e) {
            throw refused(e.problems().stream().map(Problem::toString).toList());
        }
    }

    private CommandFailure refused(List<String> problems) {
        int more = problems.size() - MOST_PROBLEMS;
        return CommandFailure.of(
                name()
                        + " is refused, and nothing was changed:\n  "
                        + String.join(
                                "\n  ",
                                problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())))
                        + (more > 0 ? "\n  and " + more + " more" : ""));
    }

    /// What the source is called: the last part of its path.
    private String name() {
        if (place.equals("-")) {
            return "standard input";
        }
        String path = place.replaceFirst("[?#].*", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private String text(Surroundings around) throws InterruptedException {
        byte[] bytes;
        try {
            if (place.startsWith("http://") || place.startsWith("https://")) {
                bytes = download();
            } else if (place.equals("-")) {
                bytes = limited(around.in());
            } else {
                try (InputStream in = Files.newInputStream(Path.of(place))) {
                    bytes = limited(in);
                }
            }
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException _) {
            throw CommandFailure.of("there is no file " + place);
        } catch (CharacterCodingException _) {
            throw CommandFailure.of(name() + " is not text in UTF-8");
        } catch (IOException e) {
            throw CommandFailure.of("cannot read " + place + ": " + e.getMessage());
        }
    }

    private byte[] download() throws IOException, InterruptedException {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create(place)).timeout(PATIENCE).build();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("not a URL: " + e.getMessage());
        }
        try (HttpClient client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(PATIENCE)
                        .build()) {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException("the server answered " + response.statusCode());
                }
                return limited(in);
            }
        }
    }

    private byte[] limited(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw CommandFailure.of(
                    name() + " is refused: a price list has 64 MiB at most; nothing was changed");
        }
        return bytes;
    }
}
