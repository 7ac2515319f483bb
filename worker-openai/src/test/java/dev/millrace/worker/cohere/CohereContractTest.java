package dev.millrace.worker.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.openai.CloudContract;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohereContractTest extends CloudContract {
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    CohereContractTest() {
        super(ProviderKind.COHERE, "/v2", "x-debug-trace-id");
    }

    @Test
    void models_that_chat_or_embed_are_listed_by_the_first_version() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            upstream.thenAnswer(
                    200,
                    """
                    {"models":[\
                    {"name":"command-a-03-2025","is_deprecated":false,"endpoints":["generate","chat"],"finetuned":false,"context_length":288000.0},\
                    {"name":"embed-v4.0","endpoints":["embed","classify"],"context_length":128000},\
                    {"name":"rerank-v3.5","endpoints":["rerank"],"context_length":4096}]}\
                    """);

            assertThat(provider.probe())
                    .isEqualTo(
                            new ProviderHealth.Ready(
                                    List.of(
                                            new ListedModel(
                                                    "command-a-03-2025", 288_000L, List.of()),
                                            new ListedModel(
                                                    "embed-v4.0", null, List.of("embeddings")))));
            var asked = upstream.received().getFirst();
            assertThat(asked.path()).isEqualTo("/v1/models?page_size=1000");
            assertThat(asked.headers()).containsEntry("authorization", "Bearer " + KEY);
        }
    }

    @Test
    void a_base_url_that_names_no_version_has_everything_below_it() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        Cloud.provider(
                                ProviderKind.COHERE,
                                upstream.baseUrl().resolve("/proxy"),
                                KEY,
                                Timeouts.DEFAULT,
                                InstantSource.system())) {
            upstream.thenAnswer(404, "404 page not found").thenAnswer(500, "{}");

            assertThat(provider.probe()).isEqualTo(new ProviderHealth.Ready(List.of()));
            Cloud.ask(provider, "command-a", "{" + HI + "}");

            assertThat(upstream.received())
                    .extracting(ScriptedUpstream.Received::path)
                    .containsExactly("/proxy/models", "/proxy/chat");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\":2|n",
                "\"logprobs\":true,\"top_logprobs\":2|top_logprobs",
                "\"parallel_tool_calls\":false|parallel_tool_calls",
                "\"reasoning_effort\":\"low\"|reasoning_effort",
                "\"reasoning_effort\":\"high\",\"thinking\":{\"type\":\"disabled\"}|reasoning_effort",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
                        + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}|tool_choice",
            })
    void what_cohere_does_not_have_is_refused_by_name(String members, String param)
            throws Exception {
        assertThat(refused(Operation.CHAT_COMPLETION, "{" + members + "," + HI + "}"))
                .extracting(ErrorAnswer::param)
                .isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/bmp;base64,AAAA\"}}]}"
                        + "|messages[0].content[0].image_url",
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.b/c\",\"detail\":\"original\"}}]}"
                        + "|messages[0].content[0].image_url.detail",
                "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.b/c\"}}]}"
                        + "|messages[0].content[0].image_url",
                "{\"role\":\"assistant\",\"content\":\"x\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"x\",\"signature\":\"y\"}]}"
                        + "|messages.thinking_blocks",
            })
    void a_message_that_cohere_cannot_take_is_named(String message, String param) throws Exception {
        assertThat(refused(Operation.CHAT_COMPLETION, "{\"messages\":[" + message + "]}"))
                .extracting(ErrorAnswer::param)
                .isEqualTo(param);
    }

    @Test
    void more_texts_than_cohere_takes_at_once_are_refused() throws Exception {
        String texts = String.join(",", Collections.nCopies(97, "\"x\""));

        ErrorAnswer error = refused(Operation.EMBEDDING, "{\"input\":[" + texts + "]}");

        assertThat(error.param()).isEqualTo("input");
        assertThat(error.message()).contains("96");
    }

    @ParameterizedTest
    @CsvSource({"ERROR", "TIMEOUT", "ERROR_TOXIC"})
    void an_answer_that_came_to_no_good_end_is_malformed_and_charged(String reason)
            throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            upstream.thenAnswer(
                            200,
                            "{\"id\":\"1\",\"finish_reason\":\"%s\",\"message\":{\"role\":\"assistant\"},\"usage\":{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":1}}}"
                                    .formatted(reason))
                    .thenStream(
                            "data: {\"type\":\"message-end\",\"delta\":{\"error\":\"something broke\",\"finish_reason\":\"%s\",\"usage\":{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":1}}}}\n\n"
                                    .formatted(reason));

            for (boolean stream : new boolean[] {false, true}) {
                Outcome outcome =
                        Cloud.ask(
                                provider,
                                Operation.CHAT_COMPLETION,
                                "command-a",
                                "{" + HI + "}",
                                stream);

                assertThat(outcome).isInstanceOf(Outcome.Malformed.class);
                assertThat(outcome.progress().usage().input()).isEqualTo(3);
            }
        }
    }

    private ErrorAnswer refused(Operation operation, String body) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider =
                        provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system())) {
            Outcome outcome = Cloud.ask(provider, operation, "m", body, false);

            assertThat(upstream.received()).isEmpty();
            assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
            return ((Outcome.Rejected) outcome).error();
        }
    }
}
