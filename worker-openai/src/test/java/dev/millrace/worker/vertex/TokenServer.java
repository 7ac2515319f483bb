package dev.millrace.worker.vertex;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Gives out tokens as Google does: `token-1`, `token-2` and so on, or always the same one. Service
/// accounts' keys say where it is.
final class TokenServer implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String PRIVATE_KEY = privateKey();

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private final String token;
    private volatile Duration life = Duration.ofHours(1);
    private volatile int status = 200;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    TokenServer() throws IOException {
        this("");
    }

    /// @param token that everybody gets; empty for one after the other
    TokenServer(String token) throws IOException {
        this.token = token;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/token", this::answer);
        server.start();
    }

    /// A service account's JSON.
    String key() {
        ObjectNode key = MAPPER.createObjectNode();
        key.put("type", "service_account")
                .put("project_id", "mill-1")
                .put("private_key_id", "1")
                .put("private_key", PRIVATE_KEY)
                .put("client_email", "miller@mill-1.iam.gserviceaccount.com")
                .put("client_id", "1")
                .put("token_uri", "http://127.0.0.1:" + server.getAddress().getPort() + "/token");
        return key.toString();
    }

    /// How long the next tokens are valid.
    void life(Duration duration) {
        life = duration;
    }

    /// Refuses from now on.
    void refuse() {
        status = 400;
    }

    /// Lets nobody have a token until the latch is open.
    CountDownLatch hold() {
        CountDownLatch held = new CountDownLatch(1);
        gate = held;
        return held;
    }

    /// How often it was asked.
    int asked() {
        return asked.get();
    }

    @Override
    public void close() {
        gate.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        int number = asked.incrementAndGet();
        exchange.getRequestBody().readAllBytes();
        try {
            gate.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        String answer =
                status == 200
                        ? "{\"access_token\":\"%s\",\"expires_in\":%d,\"token_type\":\"Bearer\"}"
                                .formatted(
                                        token.isEmpty() ? "token-" + number : token,
                                        life.toSeconds())
                        : "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid grant: account not found\"}";
        byte[] bytes = answer.getBytes(UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String privateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
