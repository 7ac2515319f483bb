package dev.millrace.worker.bedrock;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// How long Bedrock says that a call took there, as clients read it.
final class Latency {
    /// The member of answers, and of the chunk with a stream's usage.
    static final String MEMBER = "amazon_bedrock";

    private Latency() {}

    /// @param millis null where Bedrock did not say
    static JsonNode json(@Nullable Long millis) {
        return JsonNodeFactory.instance.objectNode().put("latency_ms", millis);
    }
}
