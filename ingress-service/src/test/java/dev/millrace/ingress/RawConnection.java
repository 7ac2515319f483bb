package dev.millrace.ingress;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A connection on which a test sends whatever bytes it likes.
final class RawConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final PushbackInputStream in;

    RawConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new PushbackInputStream(socket.getInputStream());
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /// Sends a text again and again, each time when the server has not answered for a while.
    void dripUntilAnswered(String text, int millis) throws IOException {
        socket.setSoTimeout(millis);
        while (!isAnswered()) {
            send(text);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    private boolean isAnswered() throws IOException {
        try {
            int first = in.read();
            if (first >= 0) {
                in.unread(first);
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            throw new EOFException("the server has closed the connection");
        }
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            c = in.read();
        }
        return line.toString().strip();
    }

    /// Everything until the server closes or resets the connection.
    String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            int c;
            while ((c = in.read()) >= 0) {
                all.append((char) c);
            }
        } catch (SocketException _) {
            return all.toString();
        }
        return all.toString();
    }

    static String post(String path, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
