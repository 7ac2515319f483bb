package dev.millrace.ingress.http;

import dev.millrace.ingress.costs.CostLine;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.ingress.kept.RequestState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JsonGenerator;

/// The JSON of `/v1/requests/{id}`. Times are seconds since the epoch, as in OpenAI's API; the
/// outcome has the form of a line of a batch's output.
final class RequestObject {

    private RequestObject() {}

    /// 202: the request was taken, and its answer is to be asked for.
    static Answer accepted(KeptResult request) {
        return answer(202, request)
                .with(HttpHeaders.LOCATION, "/v1/requests/" + request.id())
                .with("preference-applied", "respond-async");
    }

    static Answer answer(int status, KeptResult request) {
        return Answer.json(status, json -> write(json, request));
    }

    private static void write(JsonGenerator json, KeptResult request) {
        RequestState state = request.state();
        json.writeStringProperty("id", request.id().toString());
        json.writeStringProperty("object", "request");
        json.writeStringProperty("status", state.spelling());
        json.writeStringProperty(
                "endpoint",
                switch (request.asked().operation()) {
                    case CHAT_COMPLETION -> "/v1/chat/completions";
                    case EMBEDDING -> "/v1/embeddings";
                });
        time(json, "created_at", request.asked().createdAt());
        time(json, "deadline_at", request.asked().deadline());
        time(json, "finished_at", state.terminal() ? request.updatedAt() : null);
        time(json, "expires_at", request.expiresAt());
        json.writeNumberProperty("attempts", request.facts().attempts());
        json.writeNumberProperty("fallbacks", request.facts().fallbacks());
        json.writeStringProperty("provider", request.facts().provider());
        json.writeStringProperty("model", request.facts().model());
        json.writeStringProperty(
                "cost",
                request.facts().cost() == null ? null : CostLine.plain(request.facts().cost()));
        json.writeStringProperty("currency", request.facts().currency());
        usage(json, request.usage());
        response(json, request);
        error(json, request);
    }

    private static void usage(JsonGenerator json, KeptResult.@Nullable Tokens usage) {
        if (usage == null) {
            json.writeNullProperty("usage");
            return;
        }
        json.writeObjectPropertyStart("usage");
        json.writeNumberProperty("input_tokens", usage.input());
        json.writeNumberProperty("cache_read_tokens", usage.cacheRead());
        json.writeNumberProperty("output_tokens", usage.output());
        json.writeNumberProperty("reasoning_tokens", usage.reasoning());
        json.writeEndObject();
    }

    private static void response(JsonGenerator json, KeptResult request) {
        int status =
                switch (request.state()) {
                    case COMPLETED -> 200;
                    case FAILED -> request.refusal().status();
                    case QUEUED, DISPATCHED, RUNNING, EXPIRED, CANCELLED -> 0;
                };
        if (status == 0) {
            json.writeNullProperty("response");
            return;
        }
        json.writeObjectPropertyStart("response");
        json.writeNumberProperty("status_code", status);
        json.writeName("body");
        json.writeRawValue(body(request));
        json.writeEndObject();
    }

    /// The outcome as a client that waited has it; the chunks of a stream as an array.
    private static String body(KeptResult request) {
        ByteBuffer body = request.body();
        if (request.state() == RequestState.FAILED) {
            byte[] error = JsonText.error(request.refusal(), request.id().toString());
            return new String(error, StandardCharsets.UTF_8);
        }
        if (body == null) {
            return "null";
        }
        String text = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
        return request.asked().stream() ? "[" + text.strip().replace('\n', ',') + "]" : text;
    }

    private static void error(JsonGenerator json, KeptResult request) {
        switch (request.state()) {
            case EXPIRED, CANCELLED -> {
                Refusal why = request.refusal();
                json.writeObjectPropertyStart("error");
                json.writeStringProperty("code", why.code());
                json.writeStringProperty("message", why.message());
                json.writeEndObject();
            }
            case QUEUED, DISPATCHED, RUNNING, COMPLETED, FAILED -> json.writeNullProperty("error");
        }
    }

    private static void time(JsonGenerator json, String name, @Nullable Instant time) {
        if (time == null) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, time.getEpochSecond());
        }
    }
}
