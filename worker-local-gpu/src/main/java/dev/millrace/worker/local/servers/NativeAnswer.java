package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

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
        return answer.filter(one -> one.status() == OK)
                .map(one -> read(one.body()))
                .orElse(MissingNode.getInstance());
    }

    /// The gauges of a good answer; none for any other.
    static Gauges gauges(Optional<ServerQuestions.Answer> answer) {
        return answer.filter(one -> one.status() == OK)
                .map(one -> Gauges.read(one.body()))
                .orElse(Gauges.NONE);
    }

    /// Whether the server says itself that it cannot serve now: without a body, or with one in
    /// JSON. A balancer in front of it that does not know the path says so in other words.
    static boolean refuses(Optional<ServerQuestions.Answer> health) {
        return health.filter(answer -> answer.status() == UNAVAILABLE)
                .map(ServerQuestions.Answer::body)
                .filter(body -> new String(body, UTF_8).isBlank() || read(body).isObject())
                .isPresent();
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

    private static JsonNode read(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException _) {
            return MissingNode.getInstance();
        }
    }
}
