package dev.millrace.worker.canonical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogprobsTest {
    private static final ChatReader READER =
            new ChatReader(Members.chatAnd(Set.of("logprobs", "top_logprobs"), false));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"logprobs\":true|0",
                "\"logprobs\":true,\"top_logprobs\":null|0",
                "\"logprobs\":true,\"top_logprobs\":0|0",
                "\"logprobs\":true,\"top_logprobs\":20|20",
                "\"logprobs\":false|",
                "\"logprobs\":null|",
                "\"top_logprobs\":0|",
                "\"logprobs\":false,\"top_logprobs\":0|",
            })
    void log_probabilities_are_asked_for_with_some_tokens_or_none(
            String members, @Nullable Integer top) throws Exception {
        assertThat(read(READER, members).topLogprobs()).isEqualTo(top);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"logprobs\":1|'logprobs' must be true or false.",
                "\"logprobs\":\"true\"|'logprobs' must be true or false.",
                "\"top_logprobs\":2|'top_logprobs' needs 'logprobs' to be true.",
                "\"logprobs\":false,\"top_logprobs\":2|'top_logprobs' needs 'logprobs' to be true.",
                "\"logprobs\":true,\"top_logprobs\":21|'top_logprobs' must be an integer from 0 to 20.",
                "\"logprobs\":true,\"top_logprobs\":-1|'top_logprobs' must be an integer from 0 to 20.",
                "\"logprobs\":true,\"top_logprobs\":1.5|'top_logprobs' must be an integer from 0 to 20.",
            },
            quoteCharacter = '`')
    void a_wish_that_cannot_be_is_told(String members, String message) {
        assertThatThrownBy(() -> read(READER, members))
                .isInstanceOf(Unmappable.class)
                .hasMessage(message);
    }

    @Test
    void a_provider_without_alternatives_refuses_them_or_leaves_them_out() throws Exception {
        String members = "\"logprobs\":true,\"top_logprobs\":2";

        assertThatThrownBy(() -> read(without(false), members))
                .isInstanceOf(Unmappable.class)
                .hasMessageContaining("'top_logprobs'");
        assertThat(read(without(true), members).topLogprobs()).isZero();
        assertThat(read(without(false), "\"logprobs\":true,\"top_logprobs\":0").topLogprobs())
                .isZero();
    }

    @Test
    void bytes_are_those_of_utf_8_or_unknown_where_a_character_is_cut() {
        assertThat(
                        TokenLogprob.json(
                                        List.of(
                                                token("ü", List.of(candidate("€"))),
                                                token("\uFFFD", List.of())))
                                .toString())
                .isEqualTo(
                        """
                        {"content":[\
                        {"token":"ü","logprob":-0.5,"bytes":[195,188],\
                        "top_logprobs":[{"token":"€","logprob":-0.5,"bytes":[226,130,172]}]},\
                        {"token":"\uFFFD","logprob":-0.5,"bytes":null,"top_logprobs":[]}],\
                        "refusal":null}\
                        """);
    }

    private static TokenLogprob token(String text, List<TokenLogprob.Candidate> likeliest) {
        return new TokenLogprob(candidate(text), likeliest);
    }

    private static TokenLogprob.Candidate candidate(String text) {
        return new TokenLogprob.Candidate(text, new BigDecimal("-0.5"));
    }

    private static ChatReader without(boolean dropping) {
        return new ChatReader(Members.chatAnd(Set.of("logprobs"), dropping));
    }

    private static ChatRequest read(ChatReader reader, String members) throws Unmappable {
        return reader.read(
                "{%s,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                        .formatted(members)
                        .getBytes(UTF_8));
    }
}
