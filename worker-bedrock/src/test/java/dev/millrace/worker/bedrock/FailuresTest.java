package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    private static final String BEGUN =
            """
            {"event":"messageStart","body":{"role":"assistant"}}
            {"event":"contentBlockDelta","body":{"delta":{"text":"four"},"contentBlockIndex":0}}
            """;

    private FakeBedrock bedrock;
    private Attempts attempts;

    @BeforeEach
    void start() throws IOException {
        bedrock = new FakeBedrock();
        attempts = Attempts.at(bedrock.endpoint());
    }

    @AfterEach
    void stop() {
        attempts.close();
        bedrock.close();
    }

    @ParameterizedTest
    @CsvSource({
        "429, ThrottlingException, Throttled",
        "400, ServiceQuotaExceededException, Throttled",
        "429, ModelNotReadyException, Unavailable",
        "503, ServiceUnavailableException, Unavailable",
        "500, InternalServerException, Unavailable",
        "424, ModelErrorException, Unavailable",
        "408, ModelTimeoutException, TimedOut",
        "400, ValidationException, Rejected",
        "404, ResourceNotFoundException, Rejected",
        "403, AccessDeniedException, CredentialRefused",
        "403, UnrecognizedClientException, CredentialRefused",
        "403, ExpiredTokenException, CredentialRefused",
        "401, SomethingNew, CredentialRefused",
        "403, SomethingNew, CredentialRefused",
        "429, SomethingNew, Throttled",
        "502, SomethingNew, Unavailable",
        "413, SomethingNew, Rejected"
    })
    void each_error_has_its_outcome_costs_nothing_and_is_not_retried(
            int status, String name, String outcome) throws Exception {
        bedrock.thenError(status, name, "m").thenError(status, name, "m");

        for (Outcome actual :
                new Outcome[] {
                    attempts.whole(Attempts.HELLO), attempts.streamed(Attempts.HELLO_STREAM)
                }) {
            assertThat(actual.getClass().getSimpleName()).isEqualTo(outcome);
            assertThat(actual.progress().usage()).isEqualTo(TokenUsage.NONE);
            assertThat(actual.trace().status()).isEqualTo(status);
            assertThat(actual.trace().requestId()).isEqualTo("bedrock-1");
        }
        assertThat(bedrock.received()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, Input is too long for requested model., 400, context_length_exceeded",
        "400, ValidationException, prompt is too long: 9 tokens > 8 maximum, 400, context_length_exceeded",
        "400, ValidationException, The provided model identifier is invalid., 404, model_not_found",
        "404, ResourceNotFoundException, Could not resolve the model, 404, model_not_found",
        "400, ValidationException, temperature is wrong, 400,",
    })
    void rejections_are_told_with_the_contracts_codes(
            int status, String name, String words, int toldStatus, @Nullable String code)
            throws Exception {
        bedrock.thenError(status, name, words);

        ErrorAnswer error = ((Outcome.Rejected) attempts.whole(Attempts.HELLO)).error();

        assertThat(error.status()).isEqualTo(toldStatus);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).isEqualTo(words);
    }

    @Test
    void a_rejection_names_no_account_no_host_and_no_key() throws Exception {
        bedrock.thenError(
                400,
                "ValidationException",
                "Bad model arn:aws:bedrock:eu-central-1:123456789012:profile/x at 127.0.0.1 of 123456789012 with "
                        + Attempts.KEY);

        ErrorAnswer error = ((Outcome.Rejected) attempts.whole(Attempts.HELLO)).error();

        assertThat(error.message())
                .startsWith("Bad model ")
                .doesNotContain("123456789012", "arn:", "127.0.0.1", Attempts.KEY);
    }

    @Test
    void retry_after_is_passed_on() throws Exception {
        bedrock.thenError(429, "ThrottlingException", "slow down", "Retry-After", "7");

        assertThat(attempts.whole(Attempts.HELLO))
                .isInstanceOfSatisfying(
                        Outcome.Throttled.class,
                        throttled ->
                                assertThat(throttled.retryAfter())
                                        .isEqualTo(Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, Throttled",
        "modelStreamErrorException, Unavailable",
        "internalServerException, Unavailable",
        "validationException, Rejected"
    })
    void an_exception_in_a_stream_ends_it(String name, String outcome) throws Exception {
        String exception = "{\"exception\":\"%s\",\"body\":{\"message\":\"m\"}}\n".formatted(name);
        bedrock.thenStream(
                        "{\"event\":\"messageStart\",\"body\":{\"role\":\"assistant\"}}\n"
                                + exception)
                .thenStream(BEGUN + exception);

        Outcome early = attempts.streamed(Attempts.HELLO_STREAM);
        Outcome late = attempts.streamed(Attempts.HELLO_STREAM);

        assertThat(early.getClass().getSimpleName()).isEqualTo(outcome);
        assertThat(early.progress().contentSent()).isFalse();
        assertThat(late.getClass().getSimpleName())
                .isEqualTo(outcome.equals("Rejected") ? "Malformed" : outcome);
        assertThat(late.progress().contentSent()).isTrue();
        assertThat(late.progress().usage())
                .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, 1));
    }

    @Test
    void a_stream_that_ends_early_is_unavailable_and_charged_for_what_came() throws Exception {
        bedrock.thenStream(BEGUN).thenStream("");

        Outcome early = attempts.streamed(Attempts.HELLO_STREAM);
        Outcome empty = attempts.streamed(Attempts.HELLO_STREAM);

        assertThat(early).isInstanceOf(Outcome.Unavailable.class);
        assertThat(early.progress().contentSent()).isTrue();
        assertThat(early.progress().usage())
                .isEqualTo(TokenUsage.estimate(Attempts.ESTIMATED_PROMPT, 1));
        assertThat(empty).isInstanceOf(Outcome.Unavailable.class);
        assertThat(empty.progress().contentSent()).isFalse();
    }

    @Test
    void an_endpoint_that_is_not_there_is_unavailable_and_costs_nothing() throws Exception {
        bedrock.close();

        for (Outcome outcome :
                new Outcome[] {
                    attempts.whole(Attempts.HELLO), attempts.streamed(Attempts.HELLO_STREAM)
                }) {
            assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
            assertThat(outcome.progress().usage()).isEqualTo(TokenUsage.NONE);
        }
    }

    @Test
    void embeddings_are_refused_without_a_call() throws Exception {
        Outcome outcome = attempts.attempt("{\"input\":\"x\"}", Operation.EMBEDDING, false);

        assertThat(((Outcome.Rejected) outcome).error().message()).contains("Embeddings");
        assertThat(bedrock.received()).isEmpty();
    }
}
