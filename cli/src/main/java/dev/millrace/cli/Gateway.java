package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The HTTP API of a gateway. Every failure is a [CommandFailure] with the reason in a line.
/// Threads may share it. Closing it, as ending the process, ends what is under way: the gateway
/// then cancels the request.
final class Gateway implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int LONGEST_ERROR = 64 * 1024;
    private static final int UNAUTHORIZED = 401;
    private static final String UNREACHABLE = "unreachable";

    private final URI base;
    private final @Nullable String apiKey;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /// @param base without a path, or with one that the API's paths follow
    /// @param apiKey sent as a bearer token; null sends none
    Gateway(URI base, @Nullable String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /// Fetches a document.
    ///
    /// @param path from the root, with its query
    /// @param accept the media type that is wanted
    String get(String path, String accept) throws InterruptedException {
        HttpRequest request = request(path, accept).timeout(ANSWER).GET().build();
        try (InputStream body = send(request).body()) {
            return new String(body.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// Posts a JSON document and returns when the head of the answer is there, however long that
    /// takes: the request's deadline is the gateway's to keep.
    ///
    /// @return a successful answer; its body is the caller's to close
    HttpResponse<InputStream> post(String path, byte[] json) throws InterruptedException {
        return send(
                request(path, "text/event-stream, application/json")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(json))
                        .build());
    }

    /// The value of a header; empty where there is none.
    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /// Whether an answer comes in events.
    static boolean isStream(HttpResponse<?> response) {
        return header(response, "content-type").startsWith("text/event-stream");
    }

    /// What an exception while reading or writing means.
    CommandFailure broken(IOException e) {
        String url = base.toString();
        if (e instanceof ConnectException) {
            return unreachable(url, e);
        }
        if (e instanceof HttpConnectTimeoutException) {
            return CommandFailure.of(
                    "cannot reach " + url + ": no answer within " + CONNECT.toSeconds() + " s",
                    UNREACHABLE);
        }
        if (e instanceof HttpTimeoutException) {
            return CommandFailure.of(
                    url + " did not answer within " + ANSWER.toSeconds() + " s", "timeout");
        }
        if (e instanceof SSLException) {
            return CommandFailure.of(
                    "cannot reach " + url + " securely: " + e.getMessage(), UNREACHABLE);
        }
        return CommandFailure.of(
                "the connection to " + url + " broke: " + e.getMessage(), "connection_broken");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path, String accept) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Accept", accept)
                        .header("User-Agent", "millrace-cli");
        return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 == 2) {
                return response;
            }
            try (InputStream body = response.body()) {
                throw refused(response, new String(body.readNBytes(LONGEST_ERROR), UTF_8));
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private CommandFailure refused(HttpResponse<?> response, String body) {
        int status = response.statusCode();
        Optional<ErrorAnswer> error = Json.object(body).flatMap(ErrorAnswer::in);
        if (error.isEmpty()) {
            return CommandFailure.of(
                    base + " answered with HTTP " + status + "; is it a Millrace gateway?",
                    "http_" + status);
        }
        if (status == UNAUTHORIZED && apiKey == null) {
            return CommandFailure.of(
                    "the gateway wants an API key: set MILLRACE_API_KEY, or use --api-key-file",
                    error.get().code());
        }
        return error.get().withRequestId(header(response, "x-request-id")).toFailure();
    }

    private CommandFailure unreachable(String url, IOException e) {
        String host = String.valueOf(base.getHost());
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return CommandFailure.of(
                        "cannot reach " + url + ": there is no host " + host, UNREACHABLE);
            }
        }
        String said = e.getMessage();
        String reason = said == null || said.isBlank() ? "connection refused" : said;
        boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return CommandFailure.of(
                "cannot reach "
                        + url
                        + ": "
                        + Character.toLowerCase(reason.charAt(0))
                        + reason.substring(1)
                        + "; is it running?"
                        + (here ? " start it with: millrace up" : ""),
                UNREACHABLE);
    }
}
