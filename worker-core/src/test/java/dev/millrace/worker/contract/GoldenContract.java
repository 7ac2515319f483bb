package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What every dialect does, shown by golden requests, answers, streams and errors: translated there
/// and back, to the last member.
@ExtendWith(ContractReport.class)
public abstract class GoldenContract {
    /// The provider's id of every call.
    protected static final String REQUEST_ID = "up-1";

    /// The credential that the provider is made with.
    protected static final String KEY = "key-of-the-contract";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// What every kind has a golden case of.
    private static final List<String> CASES =
            List.of(
                    "images",
                    "json-schema",
                    "plain",
                    "stream",
                    "stream-tools",
                    "stream-usage",
                    "tool-results",
                    "tools",
                    "usage");

    /// What every kind has a golden error of.
    private static final List<String> ERRORS =
            List.of(
                    "bad-request",
                    "context-length",
                    "no-such-model",
                    "rate-limit",
                    "server-error",
                    "unauthorized",
                    "unavailable");

    /// What came of playing a case.
    ///
    /// @param path of the first request that went upstream
    /// @param request its body
    /// @param sent chunks that went to the client
    public record Played(String path, byte[] request, Outcome outcome, String sent) {}

    /// The golden folder.
    protected abstract String dialect();

    /// The kind of provider, as the configuration spells it.
    protected String kind() {
        return dialect();
    }

    /// Plays a case at noon of the first day of 2026, as attempt
    /// `00000000-0000-0000-0000-000000000001`, with a price of 0.000123.
    protected abstract Played play(GoldenCase golden) throws Exception;

    /// The outcome of an answer that is an error.
    protected abstract Outcome answered(JsonNode error) throws Exception;

    /// Cases that only some kinds have, and this one has not.
    protected List<String> without() {
        return List.of();
    }

    @TestFactory
    Stream<DynamicTest> a_request_is_translated_and_so_is_its_answer() {
        return GoldenCase.of(dialect()).stream()
                .map(golden -> reported(golden.name(), () -> translated(golden)));
    }

    @TestFactory
    Stream<DynamicTest> each_error_has_its_outcome_and_costs_nothing() {
        return StreamSupport.stream(GoldenCase.errors(dialect()).spliterator(), false)
                .map(error ->
                        reported(
                                "error: " + error.path("name").asString(),
                                () -> classified(error)));
    }

    @Test
    void every_case_is_there() {
        List<String> errors = new ArrayList<>();
        GoldenCase.errors(dialect()).forEach(error -> errors.add(error.path("name").asString()));

        assertThat(GoldenCase.of(dialect()).stream().map(GoldenCase::name).toList())
                .containsAll(CASES.stream().filter(name -> !without().contains(name)).toList());
        assertThat(errors).containsAll(ERRORS);
    }

    private DynamicTest reported(String name, Executable test) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    boolean passed = false;
                    try {
                        test.execute();
                        passed = true;
                    } finally {
                        ContractReport.record(kind(), name, passed);
                    }
                });
    }

    private void translated(GoldenCase golden) throws Exception {
        Played played = play(golden);

        assertThat(played.path()).isEqualTo(golden.path());
        assertThat(MAPPER.readTree(played.request())).isEqualTo(golden.request());
        assertThat(played.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> {
                            byte[] body = completed.body();
                            String reply = body == null ? played.sent() : new String(body, UTF_8);
                            assertThat(values(golden, reply))
                                    .isEqualTo(values(golden, golden.reply()));
                            assertThat(completed.finishReason()).isEqualTo(golden.finishReason());
                            assertThat(completed.usage()).isEqualTo(golden.usage());
                            assertThat(completed.trace().status()).isEqualTo(200);
                            assertThat(completed.trace().requestId()).isEqualTo(REQUEST_ID);
                        });
    }

    private void classified(JsonNode error) throws Exception {
        Outcome outcome = answered(error);

        assertThat(outcome.getClass().getSimpleName()).isEqualTo(error.path("outcome").asString());
        assertThat(outcome.progress().usage().input()).isZero();
        JsonNode after = error.path("retry_after_ms");
        switch (outcome) {
            case Outcome.Rejected rejected -> {
                ErrorAnswer answer = rejected.error();
                assertThat(answer.status())
                        .isEqualTo(error.path("told_status").asInt(error.path("status").asInt()));
                assertThat(Optional.ofNullable(answer.code()))
                        .isEqualTo(error.path("code").asStringOpt());
                assertThat(answer.message()).isNotBlank().doesNotContain(KEY);
            }
            case Outcome.Throttled throttled ->
                    assertThat(throttled.retryAfter())
                            .isEqualTo(after.isNumber() ? Duration.ofMillis(after.asLong()) : null);
            default -> {}
        }
    }

    /// A stream's chunks are a line each; an answer that came whole may have any layout.
    private static List<JsonNode> values(GoldenCase golden, String json) {
        Stream<String> values = golden.streamed() ? json.lines() : Stream.of(json);
        return values.map(value -> MAPPER.readTree(value)).toList();
    }
}
