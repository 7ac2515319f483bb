package dev.millrace.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway with the configuration of `deploy/millrace.yaml`, seen over HTTP.
final class DemoGateway implements AutoCloseable {

    static final String KEY = "demo-key-do-not-use";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    DemoGateway(int port) {
        this.port = port;
    }

    void awaitReady() {
        HttpRequest request = HttpRequest.newBuilder(url("/readyz")).build();
        Awaitility.await("ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> client.send(request, BodyHandlers.discarding()).statusCode() == 200);
    }

    /// The status of an answer.
    int statusFor(String key) throws Exception {
        return ask(key).statusCode();
    }

    /// A completion.
    JsonNode completion() throws Exception {
        HttpResponse<String> answer = ask(KEY);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /// The tenant's costs, once they are those of so many requests.
    JsonNode awaitCosts(int requests) {
        HttpRequest request =
                HttpRequest.newBuilder(url("/v1/costs?group_by=tenant"))
                        .header("authorization", "Bearer " + KEY)
                        .build();
        return Awaitility.await("costs")
                .atMost(PATIENCE)
                .until(
                        () ->
                                JSON.readTree(client.send(request, BodyHandlers.ofString()).body())
                                        .at("/data/0"),
                        costs -> costs.path("requests").asInt() == requests);
    }

    @Override
    public void close() {
        client.close();
    }

    private HttpResponse<String> ask(String key) throws Exception {
        return client.send(
                HttpRequest.newBuilder(url("/v1/chat/completions"))
                        .timeout(Duration.ofMinutes(1))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .POST(
                                BodyPublishers.ofString(
                                        """
                                        {"model": "assistant",
                                         "messages": [{"role": "user", "content": "What is a mill race?"}]}
                                        """))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
