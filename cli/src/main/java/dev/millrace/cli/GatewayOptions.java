package dev.millrace.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that talks to a gateway. An API key is never taken from the command
/// line itself, where other users and the shell's history can see it.
final class GatewayOptions {

    static final String DEFAULT_URL = "http://127.0.0.1:4000";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway. By default what MILLRACE_URL says, or " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description =
                    "A file with the API key alone in it. By default the key is taken from"
                            + " MILLRACE_API_KEY, if that is set.")
    private @Nullable Path apiKeyFile;

    /// The gateway that the options and the environment name.
    ///
    /// @throws CommandFailure if they make no sense
    Gateway gateway(Surroundings around) {
        return new Gateway(base(around), apiKey(around).orElse(null));
    }

    private URI base(Surroundings around) {
        String text = url == null ? around.variable("MILLRACE_URL").orElse(DEFAULT_URL) : url;
        // SDKs are given the URL with /v1 at its end, so the same value works here.
        String trimmed = text.strip().replaceFirst("/*$", "").replaceFirst("/v1$", "");
        try {
            URI uri = URI.create(trimmed);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null
                    && (scheme.equals("http") || scheme.equals("https"))
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // Told below, as what is no http URL.
        }
        throw CommandFailure.usage(
                "'" + text + "' is not the URL of a gateway; one looks like " + DEFAULT_URL);
    }

    private Optional<String> apiKey(Surroundings around) {
        Path file = apiKeyFile;
        String source = file == null ? "MILLRACE_API_KEY" : file.toString();
        Optional<String> key =
                file == null
                        ? around.variable("MILLRACE_API_KEY").map(String::strip)
                        : Optional.of(read(file));
        if (key.isPresent() && !key.get().matches("[\\x21-\\x7e]{1,4096}")) {
            throw CommandFailure.usage(source + " does not hold an API key and nothing else");
        }
        return key;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw CommandFailure.of(Unreadable.reason(file.toString(), e));
        }
    }
}
