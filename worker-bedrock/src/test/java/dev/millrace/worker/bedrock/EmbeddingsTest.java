package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmbeddingsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TITAN = "amazon.titan-embed-text-v2:0";
    private static final String THREE = "{\"input\":[\"one\",\"two\",\"three\"]}";

    private ScriptedUpstream bedrock;
    private Attempts attempts;

    @BeforeEach
    void start() throws IOException {
        bedrock = new ScriptedUpstream();
        attempts = Attempts.at(bedrock.baseUrl().resolve("/"));
    }

    @AfterEach
    void stop() throws IOException {
        attempts.close();
        bedrock.close();
    }

    @Test
    void several_texts_are_several_calls_of_a_model_that_takes_one_and_one_usage()
            throws Exception {
        thenEmbedding(1, 3);
        thenEmbedding(2, 4);
        thenEmbedding(3, 5);

        Outcome outcome = attempt(TITAN, THREE);

        assertThat(bedrock.received())
                .extracting(ScriptedUpstream.Received::text)
                .containsExactly(
                        "{\"inputText\":\"one\"}",
                        "{\"inputText\":\"two\"}",
                        "{\"inputText\":\"three\"}");
        assertThat(outcome.progress().usage()).isEqualTo(new TokenUsage(12, 0, 0, 0, 0, false));
        byte[] body = Objects.requireNonNull(((Outcome.Completed) outcome).body());
        JsonNode answer = MAPPER.readTree(new String(body, UTF_8));
        assertThat(answer.path("data")).hasSize(3);
        assertThat(answer.path("data").path(2).path("index").asInt()).isEqualTo(2);
        assertThat(answer.path("data").path(2).path("embedding").path(0).asInt()).isEqualTo(3);
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({
        "429, ThrottlingException, Throttled",
        "400, ValidationException, Rejected",
        "403, ExpiredTokenException, CredentialRefused",
        "503, ServiceUnavailableException, Unavailable"
    })
    void a_call_that_fails_ends_the_attempt_and_those_before_it_are_charged(
            int status, String error, String outcome) throws Exception {
        thenEmbedding(1, 3);
        bedrock.thenAnswer(status, "{\"message\":\"m\"}", "x-amzn-ErrorType: " + error);

        Outcome actual = attempt(TITAN, THREE);

        assertThat(actual.getClass().getSimpleName()).isEqualTo(outcome);
        assertThat(actual.progress().usage()).isEqualTo(new TokenUsage(3, 0, 0, 0, 0, false));
        assertThat(bedrock.received()).hasSize(2);
    }

    @Test
    void an_answer_that_does_not_come_is_charged_by_estimate() throws Exception {
        thenEmbedding(1, 3);
        bedrock.thenHang();
        Duration ample = Duration.ofSeconds(60);
        Timeouts hasty = new Timeouts(ample, ample, ample, Duration.ofSeconds(1));

        try (Attempts impatient =
                Attempts.at(bedrock.baseUrl().resolve("/"), hasty, InstantSource.system())) {
            Outcome outcome = impatient.attempt(TITAN, THREE, Operation.EMBEDDING, false);

            assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
            assertThat(outcome.progress().usage()).isEqualTo(new TokenUsage(4, 0, 0, 0, 0, true));
            await().untilAsserted(() -> assertThat(bedrock.disconnects()).isEqualTo(1));
        }
    }

    @Test
    void tokens_that_nobody_tells_are_estimated() throws Exception {
        bedrock.thenAnswer(200, "{\"embeddings\":[[1]],\"response_type\":\"embeddings_floats\"}");

        Outcome outcome = attempt("cohere.embed-english-v3", "{\"input\":\"twelve bytes\"}");

        assertThat(outcome).isInstanceOf(Outcome.Completed.class);
        assertThat(outcome.progress().usage()).isEqualTo(new TokenUsage(3, 0, 0, 0, 0, true));
    }

    @Test
    void an_answer_that_lacks_an_embedding_is_malformed() throws Exception {
        bedrock.thenAnswer(200, "{\"embeddings\":[[1]]}").thenAnswer(200, "<html>It works!</html>");

        assertThat(attempt("cohere.embed-v4:0", THREE)).isInstanceOf(Outcome.Malformed.class);
        assertThat(attempt(TITAN, THREE)).isInstanceOf(Outcome.Malformed.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "amazon.titan-embed-text-v1|\"dimensions\":256|dimensions",
                "amazon.titan-embed-text-v1|\"normalize\":true|normalize",
                "amazon.titan-embed-text-v2:0|\"input_type\":\"search_query\"|input_type",
                "cohere.embed-english-v3|\"dimensions\":256|dimensions",
                "cohere.embed-v4:0|\"normalize\":true|normalize",
                "cohere.embed-v4:0|\"encoding_format\":\"hex\"|encoding_format",
                "anthropic.claude-haiku-4-5-20251001-v1:0|\"user\":\"u\"|model",
            })
    void what_a_model_does_not_have_is_refused_by_name(String model, String member, String param)
            throws Exception {
        assertThat(refused(model, "{\"input\":\"x\"," + member + "}").param()).isEqualTo(param);
    }

    @Test
    void more_texts_than_coheres_models_take_at_once_are_refused() throws Exception {
        String texts = String.join(",", Collections.nCopies(97, "\"x\""));

        assertThat(refused("cohere.embed-v4:0", "{\"input\":[" + texts + "]}").message())
                .contains("96");
    }

    private ErrorAnswer refused(String model, String body) throws InterruptedException {
        Outcome outcome = attempt(model, body);

        assertThat(bedrock.received()).isEmpty();
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        return ((Outcome.Rejected) outcome).error();
    }

    private Outcome attempt(String model, String body) throws InterruptedException {
        return attempts.attempt(model, body, Operation.EMBEDDING, false);
    }

    private void thenEmbedding(int first, int tokens) {
        bedrock.thenAnswer(
                200,
                "{\"embedding\":[%d,0.5],\"inputTextTokenCount\":%d}".formatted(first, tokens));
    }
}
