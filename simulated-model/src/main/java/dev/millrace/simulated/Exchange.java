package dev.millrace.simulated;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP exchange: reading the request, writing whole answers and server-sent events, and
/// waiting in a way that ends when the server closes.
final class Exchange {
    private static final int NO_BODY = -1;

    private final HttpExchange http;
    private final CountDownLatch closed;
    private final CallCounts counts;

    Exchange(HttpExchange http, CountDownLatch closed, CallCounts counts) {
        this.http = http;
        this.closed = closed;
        this.counts = counts;
    }

    CallCounts counts() {
        return counts;
    }

    byte[] body() throws IOException {
        return http.getRequestBody().readAllBytes();
    }

    void drain() throws IOException {
        http.getRequestBody().transferTo(OutputStream.nullOutputStream());
    }

    void header(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    void answer(int status, byte[] body) throws IOException {
        answer(status, "application/json", body);
    }

    void answer(int status, String contentType, byte[] body) throws IOException {
        header("content-type", contentType);
        try {
            http.sendResponseHeaders(status, body.length == 0 ? NO_BODY : body.length);
            http.getResponseBody().write(body);
            http.getResponseBody().close();
        } catch (IOException gone) {
            counts.lostItsClient();
            throw gone;
        }
    }

    /// Announces the whole body, sends half of it and drops the connection.
    void answerHalf(byte[] body) throws IOException {
        header("content-type", "application/json");
        http.sendResponseHeaders(200, body.length);
        OutputStream out = http.getResponseBody();
        out.write(Arrays.copyOf(body, body.length / 2));
        out.flush();
        throw new IOException("connection dropped as scripted");
    }

    OutputStream openStream() throws IOException {
        header("content-type", "text/event-stream; charset=utf-8");
        header("cache-control", "no-cache");
        http.sendResponseHeaders(200, 0);
        return http.getResponseBody();
    }

    static void event(OutputStream out, String json) throws IOException {
        out.write(("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    void pause(Duration duration) throws InterruptedException {
        if (duration.isPositive() && closed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("the server closes");
        }
    }

    /// Stays silent until the server closes.
    void hang(@Nullable OutputStream out) throws IOException, InterruptedException {
        if (out != null) {
            out.flush();
        }
        closed.await();
    }
}
