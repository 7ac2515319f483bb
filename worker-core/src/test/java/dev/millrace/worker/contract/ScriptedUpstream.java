package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A fake upstream on a plain socket: it keeps every request as it came, and plays for each what
/// was scripted, down to the byte and the cut.
public final class ScriptedUpstream implements Closeable {

    /// A request as it came.
    public record Received(String method, String path, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, UTF_8);
        }
    }

    /// What is played for one request.
    @FunctionalInterface
    public interface Script {
        /// @return whether the connection stays open
        boolean play(Connection connection) throws IOException;
    }

    /// The connection, as a script sees it.
    public final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        public void write(String text) throws IOException {
            write(text.getBytes(UTF_8));
        }

        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        public void chunk(byte[] bytes) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
            chunk.writeBytes(bytes);
            chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
            write(chunk.toByteArray());
        }

        /// Waits until the client closes the connection.
        public void awaitDisconnect() throws IOException {
            while (in.read() >= 0) {
                continue;
            }
            disconnects.incrementAndGet();
        }
    }

    private final ServerSocket server;
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final Map<String, Script> always = new ConcurrentHashMap<>();
    private volatile Script otherwise = _ -> false;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger disconnects = new AtomicInteger();

    public ScriptedUpstream() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("scripted-upstream").start(this::accept);
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    /// Plays this for the next request that has no script yet.
    public ScriptedUpstream then(Script script) {
        scripts.add(script);
        return this;
    }

    /// A whole answer with status and headers (`name: value`).
    public ScriptedUpstream thenAnswer(int status, String body, String... headers) {
        return then(answer(status, body, headers));
    }

    /// Plays this for every request to a path, which then takes none of the scripts.
    public ScriptedUpstream always(String path, Script script) {
        always.put(path, script);
        return this;
    }

    /// As [#thenAnswer], for every request to a path.
    public ScriptedUpstream always(String path, int status, String body, String... headers) {
        return always(path, answer(status, body, headers));
    }

    /// Plays this for every request for which nothing else is to be played.
    public ScriptedUpstream otherwise(Script script) {
        otherwise = script;
        return this;
    }

    /// Plays a whole answer with status and headers (`name: value`).
    public static Script answer(int status, String body, String... headers) {
        return connection -> {
            byte[] bytes = body.getBytes(UTF_8);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
            if (List.of(headers).stream().noneMatch(h -> h.startsWith("content-type"))) {
                head.append("content-type: application/json\r\n");
            }
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            head.append("content-length: ").append(bytes.length).append("\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head.toString().getBytes(ISO_8859_1));
            all.writeBytes(bytes);
            connection.write(all.toByteArray());
            return true;
        };
    }

    /// The head of a stream, then each piece in a chunk of its own, then the proper end.
    public ScriptedUpstream thenStream(byte[]... pieces) {
        return then(connection -> {
            startStream(connection);
            for (byte[] piece : pieces) {
                connection.chunk(piece);
            }
            connection.write("0\r\n\r\n");
            return true;
        });
    }

    public ScriptedUpstream thenStream(String body) {
        return thenStream(body.getBytes(UTF_8));
    }

    public static void startStream(Connection connection) throws IOException {
        connection.write(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                        + "x-request-id: up-1\r\nrequest-id: up-1\r\n"
                        + "x-debug-trace-id: up-1\r\napim-request-id: up-1\r\n"
                        + "transfer-encoding: chunked\r\n\r\n");
    }

    /// Takes the request and waits for the client to go.
    public ScriptedUpstream thenHang() {
        return then(connection -> {
            connection.awaitDisconnect();
            return false;
        });
    }

    public List<Received> received() {
        return received;
    }

    /// How many connections were made.
    public int connections() {
        return connections.get();
    }

    /// How many clients went while a script waited for it.
    public int disconnects() {
        return disconnects.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Connection connection = new Connection(socket);
            boolean open = true;
            while (open) {
                Received request = read(connection.in);
                if (request == null) {
                    return;
                }
                received.add(request);
                open = script(request.path()).play(connection);
            }
        } catch (IOException _) {
            // The client went away: what a script provokes.
            return;
        } finally {
            sockets.remove(socket);
        }
    }

    private Script script(String path) {
        Script script = always.get(path);
        if (script == null) {
            script = scripts.poll();
        }
        return script == null ? otherwise : script;
    }

    private static @Nullable Received read(InputStream in) throws IOException {
        String requestLine = line(in);
        if (requestLine.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String[] parts = requestLine.split(" ");
        return new Received(parts[0], parts[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }
}
