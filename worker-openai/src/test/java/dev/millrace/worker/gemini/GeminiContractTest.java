package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.openai.Cloud;
import dev.millrace.worker.openai.CloudContract;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.TokenUsage;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiContractTest extends CloudContract {
    private static final String ASK = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

    GeminiContractTest() {
        super(ProviderKind.GEMINI, "/v1", "x-request-id");
    }

    @Test
    void models_are_listed_by_what_they_can_do() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            upstream.thenAnswer(
                    200,
                    """
                    {"models":[
                      {"name":"models/gemini-3-flash","version":"3","inputTokenLimit":1048576,"outputTokenLimit":65536,
                       "supportedGenerationMethods":["generateContent","countTokens","batchGenerateContent"]},
                      {"name":"models/gemini-embedding-001","inputTokenLimit":2048,
                       "supportedGenerationMethods":["embedContent","countTextTokens"]},
                      {"name":"models/imagen-4.0","supportedGenerationMethods":["predict"]}]}\
                    """);

            assertThat(provider.probe())
                    .isEqualTo(
                            new ProviderHealth.Ready(
                                    List.of(
                                            new ListedModel(
                                                    "gemini-3-flash", 1_048_576L, List.of()),
                                            new ListedModel(
                                                    "gemini-embedding-001",
                                                    2048L,
                                                    List.of("embeddings")))));
            var asked = upstream.received().getFirst();
            assertThat(asked.path()).isEqualTo("/v1/models?pageSize=1000");
            assertThat(asked.headers())
                    .containsEntry("x-goog-api-key", KEY)
                    .doesNotContainKey("authorization");
        }
    }

    @Test
    void an_invalid_key_is_told_from_a_bad_request() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            upstream.thenAnswer(
                    400,
                    """
                    {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",
                     "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}\
                    """);

            assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-flash, none, '\"thinkingBudget\":0,\"includeThoughts\":false'",
        "gemini-2.5-pro, low, '\"thinkingBudget\":1024,\"includeThoughts\":true'",
        "gemini-2.5-flash, high, '\"thinkingBudget\":24576,\"includeThoughts\":true'",
        "gemini-3.1-pro-preview, minimal, '\"thinkingLevel\":\"LOW\",\"includeThoughts\":true'",
        "gemini-flash-latest, medium, '\"thinkingLevel\":\"MEDIUM\",\"includeThoughts\":true'"
    })
    void effort_is_a_budget_or_a_level(String model, String effort, String config)
            throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            upstream.thenAnswer(200, "{}");

            Cloud.ask(provider, model, with("\"reasoning_effort\":\"" + effort + "\""));

            assertThat(upstream.received().getFirst().text())
                    .contains("\"thinkingConfig\":{" + config + "}");
        }
    }

    @Test
    void only_models_that_want_signatures_get_a_stand_in_for_one() throws Exception {
        String called =
                """
                {"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"t1","type":"function",\
                "function":{"name":"now","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t1","content":"Noon."}]}\
                """;
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            upstream.thenAnswer(200, "{}").thenAnswer(200, "{}");

            Cloud.ask(provider, "gemini-2.5-flash", called);
            Cloud.ask(provider, "gemini-3-flash", called);

            assertThat(upstream.received().getFirst().text()).doesNotContain("thoughtSignature");
            assertThat(upstream.received().getLast().text())
                    .contains("\"thoughtSignature\":\"skip_thought_signature_validator\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"n\":2'|n",
                "'\"top_logprobs\":3'|top_logprobs",
                "'\"logprobs\":true,\"top_logprobs\":21'|top_logprobs",
                "'\"parallel_tool_calls\":false'|parallel_tool_calls",
                "'\"seed\":4294967296'|seed",
                "'\"reasoning_effort\":\"none\"'|reasoning_effort",
                "'\"extra_body\":{\"google\":{\"thought_tag_marker\":\"think\"}}'|extra_body.google.thought_tag_marker"
            })
    void what_google_does_not_have_is_refused_by_name(String member, String param)
            throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            assertThat(Cloud.ask(provider, "gemini-3-flash", with(member)))
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.error().param()).isEqualTo(param));
            assertThat(upstream.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../corpora", "x?key=1", "x:countTokens", "tunedModels/", ""})
    void a_model_is_a_name_and_no_path(String model) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            assertThat(Cloud.ask(provider, model, ASK)).isInstanceOf(Outcome.Rejected.class);
            assertThat(upstream.received()).isEmpty();
        }
    }

    @Test
    void a_call_that_is_none_is_no_answer_but_is_charged() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            String malformed =
                    """
                    {"candidates":[{"content":{"role":"model"},"finishReason":"MALFORMED_FUNCTION_CALL","index":0,\
                    "finishMessage":"Malformed function call: print(now())"}],"usageMetadata":{"promptTokenCount":9,"thoughtsTokenCount":4}}\
                    """;
            upstream.thenAnswer(200, malformed).thenStream("data: " + malformed + "\n\n");

            assertThat(
                            List.of(
                                    Cloud.ask(provider, "gemini-3-flash", ASK),
                                    Cloud.stream(provider, "gemini-3-flash", ASK)))
                    .allSatisfy(outcome -> {
                        assertThat(outcome).isInstanceOf(Outcome.Malformed.class);
                        assertThat(outcome.progress().usage())
                                .isEqualTo(new TokenUsage(9, 0, 0, 0, 4, false));
                    });
        }
    }

    @Test
    void a_stream_that_fails_for_load_is_throttled() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                Provider provider = usual(upstream)) {
            upstream.thenStream(
                    """
                    data: {"candidates":[{"content":{"parts":[{"text":"Four"}],"role":"model"}}],"usageMetadata":{"promptTokenCount":9}}

                    data: {"error":{"code":503,"message":"Try again later.","status":"UNAVAILABLE"}}

                    """);

            Outcome outcome = Cloud.stream(provider, "gemini-3-flash", ASK);

            assertThat(outcome).isInstanceOf(Outcome.Throttled.class);
            assertThat(outcome.progress().usage()).isEqualTo(new TokenUsage(9, 0, 0, 1, 0, true));
        }
    }

    private Provider usual(ScriptedUpstream upstream) throws Exception {
        return provider(upstream.baseUrl(), Timeouts.DEFAULT, InstantSource.system());
    }

    private static String with(String member) {
        return ASK.substring(0, ASK.length() - 1) + "," + member + "}";
    }
}
