package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.core.JsonGenerator;

/// A whole HTTP answer.
///
/// @param headers besides `x-request-id` and `content-length`, which every answer has
record Answer(int status, HttpHeaders headers, ByteBuffer body) {

    static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    /// 200 with a body.
    static Answer ok(String contentType, byte[] body) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, contentType);
        return new Answer(200, headers, ByteBuffer.wrap(body));
    }

    /// 200 with a text.
    static Answer ok(String contentType, String body) {
        return ok(contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /// A JSON object.
    static Answer json(int status, Consumer<JsonGenerator> content) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, JSON);
        return new Answer(status, headers, ByteBuffer.wrap(JsonText.object(content)));
    }

    /// An error.
    static Answer refusal(Refusal refusal, UUID requestId) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, JSON);
        ResponseHeaders.add(headers, refusal);
        return new Answer(
                refusal.status(),
                headers,
                ByteBuffer.wrap(JsonText.error(refusal, requestId.toString())));
    }

    Answer with(String header, String value) {
        headers.set(header, value);
        return this;
    }
}
