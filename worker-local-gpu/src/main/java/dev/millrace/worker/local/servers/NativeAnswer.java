package dev.millrace.worker.local.servers;

import dev.millrace.worker.http.ServerQuestions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Reads what a server answers at its own endpoints. What is not there or not as expected reads as
/// if it were missing: these answers are nice to have, and nothing else.
final class NativeAnswer {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private NativeAnswer() {}

    /// The JSON of a good answer; a missing node for any other.
    static JsonNode json(Optional<ServerQuestions.Answer> answer) {
        if (answer.isEmpty() || answer.get().status() != OK) {
            return MissingNode.getInstance();
        }
        try {
            return MAPPER.readTree(answer.get().body());
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        }
    }

    /// The gauges of a good answer; none for any other.
    static Gauges gauges(Optional<ServerQuestions.Answer> answer) {
        return answer.isEmpty() || answer.get().status() != OK
                ? Gauges.NONE
                : Gauges.read(answer.get().body());
    }

    /// Whether the server says itself that it cannot serve now.
    static boolean refuses(Optional<ServerQuestions.Answer> health) {
        return health.isPresent() && health.get().status() == UNAVAILABLE;
    }

    /// A whole number above zero; null for anything else.
    static @Nullable Long positive(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.asLong() > 0
                ? node.asLong()
                : null;
    }

    /// A number of requests above zero; null for anything else.
    static @Nullable Integer count(JsonNode node) {
        Long number = positive(node);
        return number == null || number > Integer.MAX_VALUE ? null : number.intValue();
    }

    /// The texts in a list.
    static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        for (JsonNode entry : list) {
            if (entry.isString()) {
                texts.add(entry.stringValue());
            }
        }
        return texts;
    }
}
