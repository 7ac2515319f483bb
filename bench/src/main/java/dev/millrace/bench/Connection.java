package dev.millrace.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept-alive HTTP/1.1 connection that posts the same request again and again. As light as it
/// can be, because it shares the cores with what it measures.
final class Connection implements AutoCloseable {

    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] request;
    private long firstContentNanos;

    Connection(URI url, String body) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST "
                        + url.getPath()
                        + " HTTP/1.1\r\nhost: "
                        + url.getAuthority()
                        + "\r\ncontent-type: application/json\r\ncontent-length: "
                        + content.length
                        + "\r\n\r\n";
        request = (head + body).getBytes(StandardCharsets.UTF_8);
    }

    /// Posts, and reads the answer to its end.
    ///
    /// @return the status
    /// @throws IOException if the answer is cut off
    int post() throws IOException {
        firstContentNanos = 0;
        socket.getOutputStream().write(request);
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        long length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        if (chunked) {
            for (int size = chunk(); size > 0; size = chunk()) {
                in.skipNBytes(size);
                if (firstContentNanos == 0) {
                    firstContentNanos = System.nanoTime();
                }
                line();
            }
            line();
        } else {
            in.skipNBytes(length);
        }
        return status;
    }

    /// When the first piece of the last streamed answer had arrived, as [System#nanoTime()].
    long firstContentNanos() {
        return firstContentNanos;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
