package dev.millrace.faults.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a client reads from an answer's head.
class HttpTest {

    @Test
    void an_answer_503_is_an_outcome_only_if_it_says_not_to_retry() throws Exception {
        assertThat(answer("503 Service Unavailable").isPassing()).isTrue();
        assertThat(answer("503 Service Unavailable\r\nX-Should-Retry: false").isPassing())
                .isFalse();
        assertThat(answer("502 Bad Gateway").isPassing()).isFalse();
    }

    private static Http.Response answer(String head) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(() -> serve(server, head + "\r\n"));
            Http.Response response =
                    new Http(server.getLocalPort(), Duration.ofSeconds(10))
                            .send("GET", "/", Map.of(), "");
            served.join();
            return response;
        }
    }

    /// Reads the request, so that the end of the connection does not break the answer.
    private static void serve(ServerSocket server, String head) {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            for (int ends = 0; ends < 4; ) {
                int next = in.read();
                ends = next == '\r' || next == '\n' ? ends + 1 : 0;
            }
            String answer = "HTTP/1.1 " + head + "content-length: 2\r\n\r\n{}";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
