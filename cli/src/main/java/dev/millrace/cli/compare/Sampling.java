package dev.millrace.cli.compare;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How answers are generated, the same for all models.
///
/// @param maxTokens the most that an answer may have; null leaves it to the model
/// @param temperature null leaves it to the model
/// @param stream whether answers come in pieces
public record Sampling(
        @Nullable Integer maxTokens, @Nullable BigDecimal temperature, boolean stream) {

    void addTo(ObjectNode body) {
        if (maxTokens != null) {
            body.put("max_tokens", maxTokens);
        }
        if (temperature != null) {
            body.put("temperature", temperature);
        }
        if (stream) {
            body.put("stream", true);
            body.putObject("stream_options").put("include_usage", true);
        }
    }
}
