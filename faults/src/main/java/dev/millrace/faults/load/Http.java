package dev.millrace.faults.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// HTTP with one connection for each request and without any retry, so that a client knows exactly
/// what became of its request.
///
/// @param port of the server, on loopback
/// @param silence how long nothing may come
record Http(int port, Duration silence) {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int UNAVAILABLE = 503;

    /// An answer that came to its end.
    ///
    /// @param events whether it is a stream of events
    /// @param isFinal whether it says that another try can give nothing else
    record Response(int status, boolean events, boolean isFinal, String body) {

        /// Whether the gateway says that the client should try again.
        boolean isPassing() {
            return status == UNAVAILABLE && !isFinal;
        }
    }

    private record Head(
            int status, long length, boolean chunked, boolean events, boolean isFinal) {}

    /// @param body empty for none
    /// @throws java.net.ConnectException if nobody listens
    /// @throws java.net.SocketTimeoutException if nothing comes for too long
    /// @throws IOException if the connection breaks before the end of the answer
    Response send(String method, String path, Map<String, String> headers, String body)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) silence.toMillis());
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.getOutputStream().write(request(method, path, headers, body));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Head head = head(in);
            return new Response(head.status(), head.events(), head.isFinal(), body(in, head));
        }
    }

    private static byte[] request(
            String method, String path, Map<String, String> headers, String body) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        text.append("host: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\n");
        headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
        text.append("content-length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n");
        return text.append(body).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Head head(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        long length = 0;
        boolean chunked = false;
        boolean events = false;
        boolean isFinal = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            } else if (lower.startsWith("content-type:")) {
                events = lower.contains("text/event-stream");
            } else if (lower.startsWith("x-should-retry:")) {
                isFinal = lower.contains("false");
            }
        }
        return new Head(status, length, chunked, events, isFinal);
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
