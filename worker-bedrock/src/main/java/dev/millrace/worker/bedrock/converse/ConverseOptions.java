package dev.millrace.worker.bedrock.converse;

import dev.millrace.configuration.Guardrail;
import dev.millrace.worker.canonical.ChatReader;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Members;
import dev.millrace.worker.canonical.Unmappable;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailStreamConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfiguration;
import tools.jackson.databind.JsonNode;

/// What Converse alone has, in the members of a request that are named as Converse names them.
///
/// @param guardrail that looks at the prompt and the answer; null for none
/// @param performance null for the usual one
/// @param model what the model itself takes beside what all have; null for nothing
public record ConverseOptions(
        @Nullable GuardrailStreamConfiguration guardrail,
        @Nullable PerformanceConfiguration performance,
        @Nullable Document model) {

    private static final String GUARDRAIL = "guardrailConfig";
    private static final String PERFORMANCE = "performanceConfig";
    private static final String MODEL = "additionalModelRequestFields";

    /// Reads chat requests, and what of them is Converse's alone. Thread-safe.
    ///
    /// @param enforced the provider's guardrail, which no request may replace; null for none
    /// @param dropping whether what Bedrock does not have is left out of requests
    public record Reader(@Nullable Guardrail enforced, boolean dropping) {
        private static final Set<String> OWN =
                Set.of(
                        GUARDRAIL + ".guardrailIdentifier",
                        GUARDRAIL + ".guardrailVersion",
                        GUARDRAIL + ".streamProcessingMode",
                        PERFORMANCE + ".latency",
                        MODEL);

        /// Reads a request.
        ///
        /// @throws Unmappable if the body is no chat request, or asks for what Bedrock does not
        ///   have
        public ChatRequest chat(byte[] body) throws Unmappable {
            return new ChatReader(Members.chatAnd(OWN, dropping)).read(body);
        }

        /// What of a request is Converse's alone.
        ///
        /// @throws Unmappable if it is written in another way than Converse's, or replaces the
        ///   provider's guardrail
        public ConverseOptions options(ChatRequest chat) throws Unmappable {
            JsonNode model = chat.json().path(MODEL);
            if (!absent(model) && !model.isObject()) {
                throw Unmappable.malformed(MODEL, "'%s' must be an object.".formatted(MODEL));
            }
            String latency = text(chat.json(), PERFORMANCE, "latency");
            return new ConverseOptions(
                    guardrail(chat.json()),
                    latency == null
                            ? null
                            : PerformanceConfiguration.builder().latency(latency).build(),
                    absent(model) ? null : Documents.of(model));
        }

        private @Nullable GuardrailStreamConfiguration guardrail(JsonNode request)
                throws Unmappable {
            String id = text(request, GUARDRAIL, "guardrailIdentifier");
            String version = text(request, GUARDRAIL, "guardrailVersion");
            boolean asked = !absent(request.path(GUARDRAIL));
            if (enforced != null) {
                if (asked) {
                    throw Unmappable.value(GUARDRAIL, "it has a guardrail of its own");
                }
                id = enforced.id();
                version = enforced.version();
            } else if (!asked) {
                return null;
            }
            return GuardrailStreamConfiguration.builder()
                    .guardrailIdentifier(id)
                    .guardrailVersion(version)
                    .streamProcessingMode(text(request, GUARDRAIL, "streamProcessingMode"))
                    .build();
        }
    }

    void addTo(ConverseRequest.Builder request) {
        if (guardrail != null) {
            request.guardrailConfig(
                    GuardrailConfiguration.builder()
                            .guardrailIdentifier(guardrail.guardrailIdentifier())
                            .guardrailVersion(guardrail.guardrailVersion())
                            .build());
        }
        request.performanceConfig(performance).additionalModelRequestFields(model);
    }

    void addTo(ConverseStreamRequest.Builder request) {
        request.guardrailConfig(guardrail)
                .performanceConfig(performance)
                .additionalModelRequestFields(model);
    }

    /// A guardrail that is passed over because it was written in another way would be none.
    private static @Nullable String text(JsonNode request, String object, String name)
            throws Unmappable {
        JsonNode value = request.path(object).path(name);
        if (absent(value)) {
            return null;
        }
        if (!value.isString()) {
            String at = object + "." + name;
            throw Unmappable.malformed(at, "'%s' must be a string.".formatted(at));
        }
        return value.stringValue();
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
