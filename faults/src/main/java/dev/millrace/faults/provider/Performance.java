package dev.millrace.faults.provider;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What one call is given.
///
/// @param closed opened when the provider stops
record Performance(
        HttpExchange http,
        ProviderCall call,
        Pace pace,
        Misbehaviour misbehaviour,
        CountDownLatch closed,
        List<CountingProvider.Listener> listeners) {

    private static final Duration DRIP = Duration.ofSeconds(1);
    private static final long PROMPT_TOKENS = 11;

    /// An exception leaves through the JDK's server, which then drops the connection.
    void perform() throws IOException, InterruptedException {
        switch (misbehaviour) {
            case NONE, CUT, DRIP, NO_USAGE -> answer();
            case HANG -> closed.await();
            case ERROR_BODY -> refuse(200, "server_error");
            case THROTTLE -> {
                http.getResponseHeaders().set("retry-after", "1");
                refuse(429, "rate_limit_exceeded");
            }
            case FLAP -> refuse(503, "overloaded");
        }
    }

    private void answer() throws IOException, InterruptedException {
        if (call.stream()) {
            stream();
        } else {
            whole();
        }
    }

    private void whole() throws IOException, InterruptedException {
        pause(pace.whole().dividedBy(2));
        listeners.forEach(listener -> listener.underWay(call));
        pause(pace.whole().dividedBy(2));
        byte[] body = json().getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("content-type", "application/json");
        http.sendResponseHeaders(200, body.length);
        OutputStream out = http.getResponseBody();
        switch (misbehaviour) {
            case CUT -> cut(out, Arrays.copyOf(body, body.length / 2));
            case DRIP -> drip(out, body);
            default -> {
                out.write(body);
                out.close();
                answered();
            }
        }
    }

    private void stream() throws IOException, InterruptedException {
        http.getResponseHeaders().set("content-type", "text/event-stream");
        pause(pace.firstToken());
        http.sendResponseHeaders(200, 0);
        OutputStream out = http.getResponseBody();
        if (misbehaviour == Misbehaviour.DRIP) {
            drip(out, event("{\"role\":\"assistant\",\"content\":\"x\"}", "null"));
            return;
        }
        out.write(event("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
        for (int i = 0; i < pace.tokens(); i++) {
            String token = Texts.token(call.marker(), i, pace.tokens());
            out.write(event("{\"content\":\"" + token + "\"}", "null"));
            out.flush();
            if (i == 0) {
                listeners.forEach(listener -> listener.underWay(call));
            }
            if (misbehaviour == Misbehaviour.CUT && i >= pace.tokens() / 2) {
                cut(out, new byte[0]);
            }
            pause(pace.perToken());
        }
        out.write(event("{}", "\"stop\""));
        if (misbehaviour != Misbehaviour.NO_USAGE) {
            report();
            out.write(data(head() + "[]," + usage() + "}"));
        }
        out.write(data("[DONE]"));
        out.close();
        answered();
    }

    private void answered() {
        call.ended(ProviderCall.End.ANSWERED);
        listeners.forEach(listener -> listener.answered(call));
    }

    private void cut(OutputStream out, byte[] last) throws IOException {
        out.write(last);
        out.flush();
        call.ended(ProviderCall.End.CUT);
        throw new IOException("dropped on purpose");
    }

    private void drip(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        for (byte each : bytes) {
            out.write(each);
            out.flush();
            pause(DRIP);
        }
        closed.await();
    }

    private void refuse(int status, String code) throws IOException {
        byte[] body =
                ("{\"error\":{\"message\":\"refused on purpose\",\"type\":\"server_error\",\"param\":null,\"code\":\""
                                + code
                                + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("content-type", "application/json");
        http.sendResponseHeaders(status, body.length);
        http.getResponseBody().write(body);
        http.getResponseBody().close();
    }

    private String json() {
        String usage = "";
        if (misbehaviour == Misbehaviour.NONE) {
            report();
            usage = "," + usage();
        }
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + Texts.answer(call.marker(), pace.tokens())
                + "\"},\"finish_reason\":\"stop\"}]"
                + usage
                + "}";
    }

    private void report() {
        call.reported(PROMPT_TOKENS, pace.tokens());
    }

    private String usage() {
        long total = PROMPT_TOKENS + pace.tokens();
        return "\"usage\":{\"prompt_tokens\":"
                + PROMPT_TOKENS
                + ",\"completion_tokens\":"
                + pace.tokens()
                + ",\"total_tokens\":"
                + total
                + "}";
    }

    private static String head() {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":";
    }

    private static byte[] event(String delta, String finish) {
        return data(
                head()
                        + "[{\"index\":0,\"delta\":"
                        + delta
                        + ",\"finish_reason\":"
                        + finish
                        + "}]}");
    }

    private static byte[] data(String json) {
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private void pause(Duration duration) throws InterruptedException {
        if (closed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("the provider closes");
        }
    }
}
