package dev.millrace.router.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.Capability;
import dev.millrace.router.routing.Needs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyClassifierTest {

    private final BodyClassifier classifier = new BodyClassifier();

    @Test
    void capabilities_are_those_that_the_body_uses() {
        Needs needs =
                chat(
                        """
                        {"model":"m","stream":true,"max_completion_tokens":50,
                         "tools":[{"type":"function","function":{"name":"f"}}],
                         "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{}}},
                         "messages":[{"role":"user","content":[
                            {"type":"text","text":"what is this"},
                            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}
                        """);

        assertThat(needs.capabilities())
                .containsExactlyInAnyOrder(
                        Capability.CHAT,
                        Capability.STREAMING,
                        Capability.TOOLS,
                        Capability.JSON_SCHEMA,
                        Capability.VISION);
        assertThat(needs.maxOutputTokens()).isEqualTo(50);
    }

    @Test
    void every_choice_may_be_as_long_as_the_client_allows() {
        Needs three = chat("{\"n\":3,\"max_tokens\":50,\"messages\":[]}");
        assertThat(three.mostCompletionTokens()).isEqualTo(150);
        assertThat(three.contextLength()).isEqualTo(50);
        assertThat(chat("{\"max_tokens\":50}").mostCompletionTokens()).isEqualTo(50);
        assertThat(chat("{\"n\":3}").mostCompletionTokens()).isNull();
        assertThat(chat("{\"n\":9,\"max_tokens\":9223372036854775807}").mostCompletionTokens())
                .isGreaterThan(1L << 62);
        for (String strange : List.of("null", "0", "-1", "1.5", "\"2\"", "[2]", "1e99")) {
            assertThat(chat("{\"n\":" + strange + ",\"max_tokens\":50}").choices())
                    .as(strange)
                    .isEqualTo(1);
        }
    }

    @Test
    void an_empty_list_of_tools_needs_no_tools() {
        assertThat(
                        chat("{\"model\":\"m\",\"tools\":[],\"response_format\":{\"type\":\"text\"}}")
                                .capabilities())
                .containsExactly(Capability.CHAT);
    }

    @Test
    void an_image_weighs_the_same_however_many_bytes_it_has() {
        String image =
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}]}";

        assertThat(chat(image.formatted("x".repeat(100_000))).promptTokens())
                .isEqualTo(chat(image.formatted("x")).promptTokens());
    }

    @Test
    void the_estimate_follows_the_prompt_and_not_the_other_fields() {
        long small =
                chat("{\"user\":\"" + "u".repeat(4_000) + "\",\"messages\":[{\"content\":\"hi\"}]}")
                        .promptTokens();
        long large =
                chat("{\"messages\":[{\"content\":\"" + "word ".repeat(1_000) + "\"}]}")
                        .promptTokens();

        assertThat(small).isLessThan(20);
        assertThat(large).isBetween(1_000L, 1_500L);
    }

    @Test
    void the_input_of_an_embedding_may_be_text_texts_or_tokens() {
        assertThat(embedding("{\"input\":\"some words to embed\"}").promptTokens())
                .isBetween(3L, 8L);
        assertThat(embedding("{\"input\":[\"some words\",\"to embed\"]}").promptTokens())
                .isBetween(3L, 12L);
        assertThat(embedding("{\"input\":[1,2,3,4,5]}").promptTokens()).isEqualTo(5);
    }

    @Test
    void what_is_wrong_is_named_without_quoting_the_body() {
        assertThatThrownBy(() -> chat("{\"model\":7}")).hasMessage("'model' must be a string");
        assertThatThrownBy(() -> chat("{\"model\":\"" + "m".repeat(257) + "\"}"))
                .hasMessage("'model' must have at most 256 characters");
        assertThatThrownBy(() -> chat("{\"stream\":\"yes\"}"))
                .hasMessage("'stream' must be true or false");
        assertThatThrownBy(() -> chat("{\"max_tokens\":-1}"))
                .hasMessageContaining("positive whole number");
        assertThatThrownBy(() -> chat("[]")).hasMessage("the body must be a JSON object");
        assertThatThrownBy(() -> chat("{} {}")).hasMessageContaining("goes on");
        assertThatThrownBy(() -> chat("{\"messages\":[{\"content\":\"secr"))
                .isInstanceOf(MalformedBody.class)
                .hasMessageNotContaining("secr");
        assertThatThrownBy(() -> chat("")).isInstanceOf(MalformedBody.class);
    }

    private Needs chat(String body) {
        return classifier.classify(
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), Capability.CHAT);
    }

    private Needs embedding(String body) {
        return classifier.classify(
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), Capability.EMBEDDINGS);
    }
}
