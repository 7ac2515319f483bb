package dev.millrace.worker.bedrock.converse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Unmappable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

class UnmappableRequestTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\":2|n",
                "\"seed\":1|seed",
                "\"logprobs\":true|logprobs",
                "\"presence_penalty\":0.5|presence_penalty",
                "\"frequency_penalty\":1|frequency_penalty",
                "\"logit_bias\":{\"1\":2}|logit_bias",
                "\"parallel_tool_calls\":false|parallel_tool_calls",
                "\"reasoning_effort\":\"low\"|reasoning_effort",
                "\"functions\":[]|functions",
                "\"something_new\":1|something_new",
                "\"response_format\":{\"type\":\"grammar\"}|response_format",
                "\"max_tokens\":0|max_tokens",
                "\"max_tokens\":1,\"max_completion_tokens\":2|max_tokens",
                "\"temperature\":\"hot\"|temperature",
                "\"stop\":[1]|stop",
                "\"tools\":[{\"type\":\"web_search\"}]|tools[0].type",
                "\"tool_choice\":\"required\"|tool_choice",
            })
    void what_converse_does_not_have_is_rejected_by_name(String member, String param) {
        assertThat(
                        rejected(
                                "{"
                                        + member
                                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                .isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}}]}|messages[0].content[0].input_audio",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]}|messages[0].content[0].image_url",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/bmp;base64,AAAA\"}}]}|messages[0].content[0].image_url",
                "{\"role\":\"user\",\"content\":7}|messages[0].content",
                "{\"role\":\"function\",\"content\":\"x\"}|messages[0].role",
                "{\"role\":\"tool\",\"content\":\"x\"}|messages[0].tool_call_id",
                "{\"role\":\"assistant\"}|messages[0].content",
                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}|messages[0].tool_calls[0].function.arguments",
            })
    void a_message_that_cannot_be_translated_is_named(String message, String param) {
        assertThat(rejected("{\"messages\":[" + message + "]}")).isEqualTo(param);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "\"x\"", "{\"messages\":[]}{", "{}"})
    void a_body_that_is_no_request_is_rejected(String body) {
        rejected(body);
    }

    @Test
    void what_changes_nothing_is_passed_over() throws Exception {
        Conversation conversation =
                read(
                        """
                        {"messages":[{"role":"user","content":"x"}],"user":"u","metadata":{"a":"b"},"store":true,
                         "n":1,"seed":null,"presence_penalty":0,"logit_bias":{},"logprobs":false,"top_logprobs":0,"parallel_tool_calls":true,
                         "service_tier":"auto","modalities":["text"],"response_format":{"type":"text"},"stream":false,
                         "model":"m","prompt_cache_key":"k","safety_identifier":"s"}\
                        """
                                .getBytes(UTF_8));

        assertThat(conversation.messages()).hasSize(1);
        assertThat(conversation.inference()).isNull();
    }

    @Test
    void any_json_object_is_asked_for_in_words_after_the_clients_own() throws Exception {
        Conversation conversation =
                read(
                        """
                        {"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"x"}],
                         "response_format":{"type":"json_object"}}\
                        """
                                .getBytes(UTF_8));

        assertThat(conversation.output()).isNull();
        assertThat(conversation.system())
                .extracting(SystemContentBlock::text)
                .containsExactly("Be brief", AnswerFormat.JsonObject.INSTRUCTION);
    }

    private static Conversation read(byte[] body) throws Unmappable {
        ConverseOptions.Reader reader = new ConverseOptions.Reader(null, false);
        ChatRequest chat = reader.chat(body);
        return Conversation.of(chat, reader.options(chat));
    }

    private static @Nullable String rejected(String body) {
        Unmappable unmappable =
                catchThrowableOfType(Unmappable.class, () -> read(body.getBytes(UTF_8)));
        assertThat(unmappable).isNotNull();
        assertThat(unmappable.answer().status()).isEqualTo(400);
        assertThat(unmappable.answer().message()).isNotBlank();
        return unmappable.answer().param();
    }
}
