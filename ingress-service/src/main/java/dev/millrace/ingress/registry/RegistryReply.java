package dev.millrace.ingress.registry;

import dev.millrace.ingress.json.JsonText;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// An answer as Confluent's schema registry gives it.
///
/// @param status of the HTTP answer
/// @param json its body
public record RegistryReply(int status, ByteBuffer json) {

    static final int SUBJECT_NOT_FOUND = 40401;
    static final int VERSION_NOT_FOUND = 40402;
    static final int SCHEMA_NOT_FOUND = 40403;
    static final int INVALID_SCHEMA = 42201;
    static final int INVALID_VERSION = 42202;

    /// What Confluent's registry answers to writes while it is read-only.
    static final int OPERATION_NOT_PERMITTED = 42205;

    static RegistryReply ok(Consumer<JsonGenerator> value) {
        return new RegistryReply(200, ByteBuffer.wrap(JsonText.text(value)));
    }

    static RegistryReply object(Consumer<JsonGenerator> properties) {
        return new RegistryReply(200, ByteBuffer.wrap(JsonText.object(properties)));
    }

    /// @param code whose first three digits are the HTTP status
    static RegistryReply error(int code, String reason) {
        return new RegistryReply(
                code / 100,
                ByteBuffer.wrap(
                        JsonText.object(json -> {
                            json.writeNumberProperty("error_code", code);
                            json.writeStringProperty("message", reason);
                        })));
    }
}
