package dev.millrace.worker.bedrock.converse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.configuration.Guardrail;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Unmappable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;

class ConverseOptionsTest {
    private static final Guardrail ENFORCED = new Guardrail("gr1", "3");

    @Test
    void a_request_may_name_a_guardrail_in_converses_words() throws Unmappable {
        String asked =
                "\"guardrailConfig\":{\"guardrailIdentifier\":\"gr2\",\"guardrailVersion\":\"1\",\"streamProcessingMode\":\"async\"}";

        ConverseRequest whole = conversation(asked, null).whole("m");
        ConverseStreamRequest streamed = conversation(asked, null).streamed("m");

        assertThat(whole.guardrailConfig().guardrailIdentifier()).isEqualTo("gr2");
        assertThat(whole.guardrailConfig().guardrailVersion()).isEqualTo("1");
        assertThat(streamed.guardrailConfig().guardrailIdentifier()).isEqualTo("gr2");
        assertThat(streamed.guardrailConfig().streamProcessingModeAsString()).isEqualTo("async");
    }

    @Test
    void the_providers_guardrail_looks_at_every_request() throws Unmappable {
        ConverseRequest whole = conversation("\"user\":\"u\"", ENFORCED).whole("m");
        ConverseStreamRequest streamed = conversation("\"user\":\"u\"", ENFORCED).streamed("m");

        assertThat(whole.guardrailConfig().guardrailIdentifier()).isEqualTo("gr1");
        assertThat(whole.guardrailConfig().guardrailVersion()).isEqualTo("3");
        assertThat(streamed.guardrailConfig().guardrailIdentifier()).isEqualTo("gr1");
    }

    @ParameterizedTest
    @CsvSource({"guardrailIdentifier", "guardrailVersion", "streamProcessingMode"})
    void no_request_replaces_it(String member) {
        assertThat(rejected("\"guardrailConfig\":{\"" + member + "\":\"1\"}", ENFORCED))
                .isEqualTo("guardrailConfig");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"guardrailConfig\":{\"guardrailVersion\":3}|guardrailConfig.guardrailVersion",
                "\"guardrailConfig\":{\"version\":\"3\"}|guardrailConfig.version",
                "\"guardrailConfig\":{\"trace\":\"enabled\"}|guardrailConfig.trace",
                "\"guardrailConfig\":\"gr2\"|guardrailConfig",
                "\"performanceConfig\":{\"latency\":1}|performanceConfig.latency",
                "\"additionalModelRequestFields\":[]|additionalModelRequestFields",
            })
    void what_is_written_in_another_way_is_not_passed_over(String member, String param) {
        assertThat(rejected(member, null)).isEqualTo(param);
    }

    @Test
    void a_model_is_given_what_it_alone_understands() throws Unmappable {
        ConverseRequest request =
                conversation(
                                "\"additionalModelRequestFields\":{\"top_k\":5,\"thinking\":{\"type\":\"enabled\"}},"
                                        + "\"performanceConfig\":{\"latency\":\"optimized\"}",
                                null)
                        .whole("m");

        assertThat(Documents.json(request.additionalModelRequestFields()).toString())
                .isEqualTo("{\"top_k\":5,\"thinking\":{\"type\":\"enabled\"}}");
        assertThat(request.performanceConfig().latencyAsString()).isEqualTo("optimized");
    }

    @Test
    void what_nobody_asks_for_is_not_there() throws Unmappable {
        ConverseRequest request = conversation("\"user\":\"u\"", null).whole("m");

        assertThat(request.guardrailConfig()).isNull();
        assertThat(request.performanceConfig()).isNull();
        assertThat(request.additionalModelRequestFields()).isNull();
    }

    private static Conversation conversation(String members, @Nullable Guardrail enforced)
            throws Unmappable {
        String body = "{" + members + ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        ConverseOptions.Reader reader = new ConverseOptions.Reader(enforced, false);
        ChatRequest chat = reader.chat(body.getBytes(UTF_8));
        return Conversation.of(chat, reader.options(chat));
    }

    private static @Nullable String rejected(String members, @Nullable Guardrail enforced) {
        Unmappable unmappable =
                catchThrowableOfType(Unmappable.class, () -> conversation(members, enforced));
        assertThat(unmappable).isNotNull();
        return unmappable.answer().param();
    }
}
