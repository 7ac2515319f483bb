package dev.millrace.worker.contract;

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
public abstract class DialectContract extends TransportContract {
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

    /// The kind of provider, as the configuration spells it.
    protected String kind() {
        return dialect();
    }

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
        try (Played played = play(golden)) {
            Outcome outcome = played.outcome();

            ScriptedUpstream.Received received = played.received().getFirst();
            assertThat(received.path()).isEqualTo(golden.path());
            assertThat(MAPPER.readTree(received.body())).isEqualTo(golden.request());
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Completed.class,
                            completed -> {
                                assertThat(values(golden, played.reply(completed)))
                                        .isEqualTo(values(golden, golden.reply()));
                                assertThat(completed.finishReason())
                                        .isEqualTo(golden.finishReason());
                                assertThat(completed.usage()).isEqualTo(golden.usage());
                                assertThat(completed.trace().status()).isEqualTo(200);
                                assertThat(completed.trace().requestId()).isEqualTo(REQUEST_ID);
                            });
        }
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
