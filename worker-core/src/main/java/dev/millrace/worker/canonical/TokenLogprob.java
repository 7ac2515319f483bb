package dev.millrace.worker.canonical;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// How probable a token of the answer was, and which ones were likely in its place.
///
/// @param chosen the token in the answer
/// @param likeliest tokens at its place, as many as the provider tells; empty where the client
///   asked for none. The chosen one need not be among them
public record TokenLogprob(Candidate chosen, List<Candidate> likeliest) {

    /// What OpenAI's API says of a token that is very unlikely; JSON has no infinity.
    public static final BigDecimal UNLIKELY = BigDecimal.valueOf(-9999);

    /// What a decoder writes for bytes that are no character by themselves.
    private static final char REPLACEMENT = '\uFFFD';

    public TokenLogprob {
        likeliest = List.copyOf(likeliest);
    }

    /// A token and the natural logarithm of its probability: 0 or less.
    public record Candidate(String token, BigDecimal logprob) {

        /// A token may be a part of a character, which text cannot show: its bytes are not known
        /// then, and `bytes` is null.
        private ObjectNode json() {
            ObjectNode json =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("token", token)
                            .put("logprob", logprob);
            if (token.indexOf(REPLACEMENT) >= 0) {
                return json.putNull("bytes");
            }
            ArrayNode bytes = json.putArray("bytes");
            for (byte one : token.getBytes(UTF_8)) {
                bytes.add(one & 0xff);
            }
            return json;
        }
    }

    /// What OpenAI's API has in a choice's `logprobs`; JSON's null for no tokens.
    static JsonNode json(List<TokenLogprob> tokens) {
        if (tokens.isEmpty()) {
            return NullNode.instance;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode content = json.putArray("content");
        for (TokenLogprob token : tokens) {
            ObjectNode entry = token.chosen.json();
            ArrayNode likeliest = entry.putArray("top_logprobs");
            token.likeliest.forEach(candidate -> likeliest.add(candidate.json()));
            content.add(entry);
        }
        return json.putNull("refusal");
    }
}
