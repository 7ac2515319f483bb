package dev.millrace.worker.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// How to reach one upstream.
///
/// @param baseUrl up to and including `/v1`
/// @param headers sent with every request; they may hold credentials
/// @param connectTimeout until the connection stands
/// @param connections the most that are open at once
/// @param idle how long an unused connection is kept. Shorter than what the upstream keeps, so that
///   no request meets a connection that is just being closed: uvicorn (vLLM) and Node close after 5
///   s
/// @param largestAnswer in bytes
public record UpstreamSettings(
        URI baseUrl,
        Map<String, String> headers,
        Duration connectTimeout,
        int connections,
        Duration idle,
        int largestAnswer) {

    /// As much as the largest batch of embeddings takes.
    public static final int LARGEST_ANSWER = 64 * 1024 * 1024;

    /// How long an unused connection is kept where nothing is known of the upstream.
    public static final Duration IDLE = Duration.ofSeconds(4);

    public UpstreamSettings {
        headers = Map.copyOf(headers);
        String scheme = baseUrl.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || baseUrl.getHost() == null) {
            throw new IllegalArgumentException("not an HTTP address: " + baseUrl);
        }
    }

    /// Shows no header value: they may be credentials.
    @Override
    public String toString() {
        return "UpstreamSettings[" + baseUrl + ", headers=" + headers.keySet() + "]";
    }
}
