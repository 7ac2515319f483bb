package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One case of a dialect, in a folder of its own:
///
/// - `client.json`: what the client sent, where it is not the same for every dialect, in
///   `clients/`;
/// - `request.json`: what went upstream;
/// - `answer.json` or `stream.txt`: what came back, as the provider's documents show it;
/// - `reply.json` or `reply.jsonl`: what the client got;
/// - `expected.json`: the path upstream, the finish reason, the usage.
///
/// @param folder of the case
public record GoldenCase(Path folder) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Map<String, FileSystem> JARS = new ConcurrentHashMap<>();

    /// The cases of a dialect.
    public static List<GoldenCase> of(String dialect) {
        try (Stream<Path> folders = Files.list(folder(dialect))) {
            return folders.filter(Files::isDirectory).sorted().map(GoldenCase::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The errors of a dialect: what comes back, and the outcome.
    public static JsonNode errors(String dialect) {
        return MAPPER.readTree(new GoldenCase(folder(dialect)).read("errors.json"));
    }

    public String name() {
        return folder.getFileName().toString().replace("/", "");
    }

    public boolean streamed() {
        return Files.exists(folder.resolve("stream.txt"));
    }

    public boolean embedding() {
        return name().startsWith("embeddings");
    }

    public String client() {
        if (Files.exists(folder.resolve("client.json"))) {
            return read("client.json");
        }
        String shared = "/clients/" + name() + ".json";
        try (InputStream in = GoldenCase.class.getResourceAsStream(shared)) {
            return new String(Objects.requireNonNull(in, shared).readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonNode request() {
        return MAPPER.readTree(read("request.json"));
    }

    public String upstream() {
        return read(streamed() ? "stream.txt" : "answer.json");
    }

    public String reply() {
        return read(streamed() ? "reply.jsonl" : "reply.json");
    }

    public String path() {
        return expected().path("path").asString();
    }

    public @Nullable String finishReason() {
        JsonNode reason = expected().path("finish_reason");
        return reason.isString() ? reason.stringValue() : null;
    }

    public TokenUsage usage() {
        JsonNode usage = expected().path("usage");
        JsonNode tier = usage.path("service_tier");
        return new TokenUsage(
                usage.path("input").asLong(0),
                usage.path("cache_read").asLong(0),
                usage.path("cache_write").asLong(0),
                usage.path("output").asLong(0),
                usage.path("reasoning").asLong(0),
                new TokenUsage.Details(
                        usage.path("cache_write_hour").asLong(0),
                        usage.path("audio_input").asLong(0),
                        usage.path("audio_output").asLong(0),
                        0,
                        usage.path("images").asLong(0),
                        usage.path("queries").asLong(0),
                        tier.isString() ? tier.stringValue() : null),
                usage.path("estimated").asBoolean(false));
    }

    @Override
    public String toString() {
        return name();
    }

    private JsonNode expected() {
        return MAPPER.readTree(read("expected.json"));
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Goldens that several modules share come in a jar.
    private static Path folder(String dialect) {
        String name = "/golden/" + dialect;
        try {
            URI uri = Objects.requireNonNull(GoldenCase.class.getResource(name), name).toURI();
            return uri.getScheme().equals("jar")
                    ? JARS.computeIfAbsent(uri.toString().split("!", 2)[0], GoldenCase::open)
                            .getPath(name)
                    : Path.of(uri);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static FileSystem open(String jar) {
        try {
            return FileSystems.newFileSystem(URI.create(jar + "!/"), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
