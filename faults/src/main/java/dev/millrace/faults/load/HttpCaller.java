package dev.millrace.faults.load;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.provider.Texts;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One request over a connection of its own, without any retry.
///
/// @param port of the ingress
/// @param ingress its name
/// @param tenant who asks
/// @param deadline that the request asks for
record HttpCaller(int port, String ingress, Tenant tenant, Duration deadline) {

    /// Longer than a gateway that keeps its promises stays silent behind a deadline.
    private static final Duration GRACE = Duration.ofSeconds(30);

    Told ask(String marker, boolean stream) {
        Instant sent = Instant.now();
        Kind kind = stream ? Kind.STREAM : Kind.JSON;
        Finding finding = exchange(marker, stream);
        return new Told(
                marker,
                kind,
                sent,
                Instant.now(),
                finding.verdict(),
                finding.detail(),
                ingress,
                null,
                finding.verdict() == Verdict.ANSWERED || finding.verdict() == Verdict.FAILED
                        ? 1
                        : 0);
    }

    private record Finding(Verdict verdict, String detail) {}

    private record Head(int status, long length, boolean chunked, boolean events) {}

    private Finding exchange(String marker, boolean stream) {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) deadline.plus(GRACE).toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            socket.getOutputStream().write(request(marker, stream));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Head head = head(in);
            String body = body(in, head);
            return head.events() ? events(body, marker) : json(head.status(), body, marker);
        } catch (ConnectException nobody) {
            return new Finding(Verdict.NOT_SENT, "refused");
        } catch (SocketTimeoutException silence) {
            return new Finding(Verdict.SILENCE, "timed out");
        } catch (IOException broken) {
            return new Finding(Verdict.BROKEN, String.valueOf(broken.getMessage()));
        } catch (JacksonException nonsense) {
            return new Finding(Verdict.WRONG, "not JSON");
        }
    }

    private static Finding json(int status, String body, String marker) {
        JsonNode answer = JsonMapper.shared().readTree(body);
        if (status == 200) {
            String text = answer.at("/choices/0/message/content").asString("");
            return Texts.isAnswer(text, marker)
                    ? new Finding(Verdict.ANSWERED, "200")
                    : new Finding(Verdict.WRONG, "another's answer, or not whole");
        }
        return failed(answer, Integer.toString(status));
    }

    private static Finding failed(JsonNode answer, String status) {
        JsonNode error = answer.path("error");
        return error.path("message").isString() && error.path("type").isString()
                ? new Finding(Verdict.FAILED, status + " " + error.path("code").asString("-"))
                : new Finding(Verdict.WRONG, status + " without an error");
    }

    private static Finding events(String body, String marker) {
        StringBuilder text = new StringBuilder();
        boolean done = false;
        for (String line : body.split("\n")) {
            if (!line.startsWith("data:")) {
                continue;
            }
            String data = line.substring(5).strip();
            if (done) {
                return new Finding(Verdict.WRONG, "events after the end");
            }
            if (data.equals("[DONE]")) {
                done = true;
                continue;
            }
            JsonNode event = JsonMapper.shared().readTree(data);
            if (event.has("error")) {
                return failed(event, "stream");
            }
            text.append(event.at("/choices/0/delta/content").asString(""));
        }
        if (!done) {
            return new Finding(Verdict.WRONG, "a stream without an end");
        }
        return Texts.isAnswer(text.toString(), marker)
                ? new Finding(Verdict.ANSWERED, "200")
                : new Finding(Verdict.WRONG, "another's stream, or not whole");
    }

    private byte[] request(String marker, boolean stream) {
        byte[] body = Bodies.chat(marker, stream).getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                        + "content-type: application/json\r\nauthorization: Bearer "
                        + tenant.key()
                        + "\r\nx-millrace-deadline-ms: "
                        + deadline.toMillis()
                        + "\r\ncontent-length: "
                        + body.length
                        + "\r\n\r\n";
        return (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private static Head head(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        long length = 0;
        boolean chunked = false;
        boolean events = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            } else if (lower.startsWith("content-type:")) {
                events = lower.contains("text/event-stream");
            }
        }
        return new Head(status, length, chunked, events);
    }

    private static String body(InputStream in, Head head) throws IOException {
        if (!head.chunked()) {
            byte[] body = in.readNBytes((int) head.length());
            if (body.length < head.length()) {
                throw new EOFException("the connection ended within the answer");
            }
            return new String(body, StandardCharsets.UTF_8);
        }
        StringBuilder body = new StringBuilder();
        for (int size = size(in); size > 0; size = size(in)) {
            byte[] chunk = in.readNBytes(size);
            if (chunk.length < size) {
                throw new EOFException("the connection ended within the stream");
            }
            body.append(new String(chunk, StandardCharsets.UTF_8));
            line(in);
        }
        return body.toString();
    }

    private static int size(InputStream in) throws IOException {
        return Integer.parseInt(line(in).strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
