package dev.millrace.ingress;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// A connection on which a test sends whatever bytes it likes.
final class RawConnection implements AutoCloseable {

    private final Socket socket;

    RawConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(15_000);
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = socket.getInputStream().read();
        if (c < 0) {
            throw new EOFException("the server has closed the connection");
        }
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            c = socket.getInputStream().read();
        }
        return line.toString().strip();
    }

    /// Everything until the server closes or resets the connection.
    String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            int c;
            while ((c = socket.getInputStream().read()) >= 0) {
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
