package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Models behind a [FakeGateway], each of which answers as it is told. For one request at a time.
final class FakeModels {

    static final String PATH = "/v1/chat/completions";

    /// What a model answers.
    ///
    /// @param type of the body
    /// @param fallbacks how many other targets the gateway says that it tried before
    record Answer(int status, String type, String body, int fallbacks) {

        Answer(int status, String type, String body) {
            this(status, type, body, 0);
        }

        Answer afterFallbacks(int number) {
            return new Answer(status, type, body, number);
        }
    }

    private final FakeGateway gateway;
    private final Map<String, Function<String, Answer>> models = new HashMap<>();

    private FakeModels(FakeGateway gateway) {
        this.gateway = gateway;
    }

    static FakeModels behind(FakeGateway gateway) {
        FakeModels models = new FakeModels(gateway);
        gateway.answer("/v1/models", 200, "application/json", "{\"object\":\"list\",\"data\":[]}");
        gateway.handle(PATH, models::answer);
        return models;
    }

    /// @param answer by the last message of the request
    FakeModels with(String name, Function<String, Answer> answer) {
        models.put(name, answer);
        return this;
    }

    /// A stream of two pieces.
    ///
    /// @param usage of the last chunk
    static Answer stream(String text, String usage) {
        int half = text.length() / 2;
        return new Answer(
                200,
                "text/event-stream",
                event("{\"role\":\"assistant\",\"content\":\"\"}")
                        + event(content(text.substring(0, half)))
                        + event(content(text.substring(half)))
                        + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: {\"choices\":[],\"usage\":"
                        + usage
                        + "}\n\ndata: [DONE]\n\n");
    }

    /// An answer that comes at once.
    static Answer whole(String text, String usage) {
        return new Answer(
                200,
                "application/json",
                "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                        + content(text)
                        + "}],\"usage\":"
                        + usage
                        + "}");
    }

    static Answer error(int status, String code) {
        return new Answer(
                status,
                "application/json",
                "{\"error\":{\"message\":\"No.\",\"code\":\"" + code + "\"}}");
    }

    static String usage(int input, int output, String cost) {
        return "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"cost\":%s}"
                .formatted(input, output, cost);
    }

    /// Of all requests so far: model and last message.
    List<String> asked() {
        return gateway.bodies(PATH).stream()
                .map(Json.MAPPER::readTree)
                .map(body -> Json.text(body, "model") + ": " + last(body))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode body = Json.MAPPER.readTree(gateway.bodies(PATH).getLast());
        Function<String, Answer> model = models.get(Json.text(body, "model"));
        Answer answer = model == null ? error(404, "model_not_found") : model.apply(last(body));
        byte[] bytes = answer.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("x-millrace-provider", "openai");
        exchange.getResponseHeaders().set("x-millrace-model", "gpt");
        exchange.getResponseHeaders()
                .set("x-millrace-fallbacks", Integer.toString(answer.fallbacks()));
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String last(JsonNode body) {
        JsonNode messages = body.path("messages");
        return Json.text(messages.path(messages.size() - 1), "content");
    }

    private static String content(String text) {
        ObjectNode delta = Json.MAPPER.createObjectNode().put("content", text);
        return delta.toString();
    }

    private static String event(String delta) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}\n\n";
    }
}
