package dev.millrace.worker.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
    private static final UpstreamTrace TRACE = new UpstreamTrace(429, "req-1");
    private static final Progress STREAMING = new Progress(true, TokenUsage.estimate(5, 2));
    private static final Progress PAID_FOR = new Progress(false, TokenUsage.estimate(5, 0));

    @Test
    void a_throttled_attempt_waits_for_the_window_as_long_as_there_is_time() {
        for (Duration retryAfter : List.of(Duration.ofMillis(1500), Duration.ofMinutes(9))) {
            for (int retriesLeft = 0; retriesLeft < 3; retriesLeft++) {
                Situation tried = new Situation(9, retriesLeft, false, false, hour(), 0);

                assertThat(RetryPolicy.decide(throttled(retryAfter), tried))
                        .isEqualTo(new Decision.AwaitWindow());
            }
        }
        assertThat(RetryPolicy.decide(throttled(null), withOtherTargets()))
                .isEqualTo(new Decision.AwaitWindow());
    }

    @Test
    void where_there_is_another_target_the_budget_bounds_how_often() {
        Situation last = new Situation(2, 1, true, false, hour(), 0);

        assertThat(RetryPolicy.decide(throttled(null), last)).isInstanceOf(Decision.Reroute.class);
    }

    @Test
    void a_longer_retry_after_reroutes() {
        Decision decision =
                RetryPolicy.decide(throttled(Duration.ofSeconds(3)), withOtherTargets());

        assertThat(decision).isInstanceOf(Decision.Reroute.class);
    }

    @Test
    void a_retry_after_beyond_the_deadline_is_told_to_the_client() {
        Situation hurried = new Situation(1, 2, false, false, Duration.ofSeconds(29), 0);
        Decision decision = RetryPolicy.decide(throttled(Duration.ofSeconds(30)), hurried);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Fail.class,
                        fail -> {
                            assertThat(fail.error().status()).isEqualTo(429);
                            assertThat(fail.error().code()).isEqualTo("rate_limit_exceeded");
                            assertThat(fail.error().retryAfter()).isEqualTo(Duration.ofSeconds(30));
                        });
    }

    @Test
    void a_pause_that_outlasts_the_deadline_is_not_taken() {
        Situation hurried = new Situation(1, 2, false, false, Duration.ofSeconds(1), 0);

        assertThat(RetryPolicy.decide(throttled(Duration.ofSeconds(1)), hurried))
                .isInstanceOf(Decision.Fail.class);
    }

    @Test
    void pauses_double_with_each_attempt_and_jitter_shortens_them() {
        Outcome outcome = unavailable(Progress.NONE);

        assertThat(RetryPolicy.decide(outcome, new Situation(1, 9, false, false, hour(), 0)))
                .isEqualTo(new Decision.RetryAfter(Duration.ofMillis(100)));
        assertThat(RetryPolicy.decide(outcome, new Situation(3, 9, false, false, hour(), 0)))
                .isEqualTo(new Decision.RetryAfter(Duration.ofMillis(400)));
        assertThat(RetryPolicy.decide(outcome, new Situation(3, 9, false, false, hour(), 0.5)))
                .isEqualTo(new Decision.RetryAfter(Duration.ofMillis(300)));
        assertThat(RetryPolicy.decide(outcome, new Situation(60, 9, false, false, hour(), 0)))
                .isEqualTo(new Decision.RetryAfter(RetryPolicy.LONGEST_PAUSE));
    }

    @Test
    void who_can_wait_gives_the_slot_back_for_a_long_pause() {
        Duration pause = Duration.ofSeconds(30);
        Outcome outcome = new Outcome.Unavailable("no", pause, Progress.NONE, TRACE);

        assertThat(RetryPolicy.decide(outcome, new Situation(1, 2, false, true, hour(), 0)))
                .isEqualTo(new Decision.Postpone(pause));
        assertThat(RetryPolicy.decide(outcome, new Situation(1, 2, false, false, hour(), 0)))
                .isInstanceOf(Decision.Fail.class);
    }

    @Test
    void the_last_of_the_budget_is_kept_for_another_target() {
        Outcome outcome = unavailable(Progress.NONE);

        assertThat(RetryPolicy.decide(outcome, new Situation(1, 1, true, false, hour(), 0)))
                .isInstanceOf(Decision.Reroute.class);
        assertThat(RetryPolicy.decide(outcome, new Situation(1, 2, true, false, hour(), 0)))
                .isInstanceOf(Decision.RetryAfter.class);
    }

    @Test
    void a_spent_budget_ends_the_request() {
        Situation spent = new Situation(3, 0, true, false, hour(), 0);

        assertThat(RetryPolicy.decide(unavailable(Progress.NONE), spent))
                .isInstanceOfSatisfying(
                        Decision.Fail.class,
                        fail -> assertThat(fail.error().status()).isEqualTo(503));
    }

    @Test
    void nothing_is_retried_after_the_first_content() {
        List<Outcome> outcomes =
                List.of(
                        new Outcome.Throttled(null, STREAMING, TRACE),
                        unavailable(STREAMING),
                        new Outcome.TimedOut(Limit.IDLE, STREAMING, TRACE),
                        new Outcome.Malformed("no end", STREAMING, TRACE));

        assertThat(outcomes)
                .allSatisfy(outcome ->
                        assertThat(RetryPolicy.decide(outcome, withOtherTargets()))
                                .isInstanceOf(Decision.Fail.class));
    }

    @Test
    void what_may_have_cost_something_goes_to_another_target_and_not_to_the_same() {
        List<Outcome> outcomes =
                List.of(
                        unavailable(PAID_FOR),
                        new Outcome.TimedOut(Limit.FIRST_TOKEN, PAID_FOR, TRACE),
                        new Outcome.Malformed("html", PAID_FOR, TRACE),
                        new Outcome.CredentialRefused(TRACE));

        assertThat(outcomes)
                .allSatisfy(outcome -> {
                    assertThat(RetryPolicy.decide(outcome, withOtherTargets()))
                            .isInstanceOf(Decision.Reroute.class);
                    assertThat(RetryPolicy.decide(outcome, situation()))
                            .isInstanceOf(Decision.Fail.class);
                });
    }

    @Test
    void a_refused_key_is_followed_by_the_next_at_once() {
        Outcome refused = new Outcome.CredentialRefused(true, Progress.NONE, TRACE);

        assertThat(RetryPolicy.decide(refused, situation())).isEqualTo(new Decision.TryNextKey());
    }

    @Test
    void a_rejected_request_is_answered_with_the_upstreams_error() {
        ErrorAnswer error =
                new ErrorAnswer(
                        400,
                        "invalid_request_error",
                        "context_length_exceeded",
                        "m",
                        null,
                        null,
                        true);

        assertThat(RetryPolicy.decide(new Outcome.Rejected(error, TRACE), withOtherTargets()))
                .isEqualTo(new Decision.Fail(error));
    }

    @ParameterizedTest
    @CsvSource({"404, model_not_found", "413, rate_limit_exceeded"})
    void what_one_provider_does_not_have_or_finds_too_large_another_may_serve(
            int status, String code) {
        ErrorAnswer error =
                new ErrorAnswer(status, "invalid_request_error", code, "m", null, null, true);

        assertThat(RetryPolicy.decide(new Outcome.Rejected(error, TRACE), withOtherTargets()))
                .isEqualTo(new Decision.Reroute(error));
    }

    @Test
    void a_passed_deadline_is_never_rerouted() {
        Decision decision =
                RetryPolicy.decide(
                        new Outcome.TimedOut(Limit.DEADLINE, PAID_FOR, TRACE), withOtherTargets());

        assertThat(decision).isEqualTo(new Decision.Fail(ErrorAnswers.deadlineExceeded()));
        assertThat(ErrorAnswers.deadlineExceeded().shouldRetry()).isFalse();
    }

    private static Situation situation() {
        return new Situation(1, 2, false, false, hour(), 0);
    }

    private static Situation withOtherTargets() {
        return new Situation(1, 2, true, false, hour(), 0);
    }

    private static Duration hour() {
        return Duration.ofHours(1);
    }

    private static Outcome throttled(@Nullable Duration retryAfter) {
        return new Outcome.Throttled(retryAfter, Progress.NONE, TRACE);
    }

    private static Outcome unavailable(Progress progress) {
        return new Outcome.Unavailable("refused", null, progress, TRACE);
    }
}
