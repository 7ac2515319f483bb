package dev.millrace.ingress.json;

import dev.millrace.ingress.intake.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes JSON texts as UTF-8.
public final class JsonText {

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private JsonText() {}

    /// A JSON object with the properties that `content` writes.
    public static byte[] object(Consumer<JsonGenerator> content) {
        return text(json -> {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        });
    }

    /// Whatever one value `content` writes.
    public static byte[] text(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            content.accept(json);
        }
        return out.toByteArray();
    }

    /// The one form of an error: `{"error":{message,type,param,code},"request_id"}`.
    ///
    /// @param requestId null where the request was never read
    public static byte[] error(Refusal refusal, @Nullable String requestId) {
        return object(json -> {
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("message", refusal.message());
            json.writeStringProperty("type", refusal.type());
            json.writeStringProperty("param", refusal.param());
            json.writeStringProperty("code", refusal.code());
            json.writeEndObject();
            json.writeStringProperty("request_id", requestId);
        });
    }
}
