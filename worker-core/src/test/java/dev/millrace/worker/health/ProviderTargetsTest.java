package dev.millrace.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProviderTargetsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ProviderTargets targets = new ProviderTargets();

    @Test
    void half_of_five_calls_or_more_that_fail_open_the_circuit() {
        succeed(0);
        succeed(0);
        fail(1);
        fail(2);
        assertThat(admitted(2)).isEqualTo(Admission.USUAL);

        assertThat(fail(3)).isTrue();

        assertThat(admitted(3)).isEqualTo(Admission.ELSEWHERE);
        assertThat(targets.admit("other", at(3))).isEqualTo(Admission.USUAL);
    }

    @Test
    void a_failure_now_and_then_opens_nothing() {
        for (int i = 0; i < 200; i++) {
            succeed(i);
            succeed(i);
            assertThat(fail(i)).isFalse();
        }
    }

    @Test
    void what_failed_more_than_a_minute_ago_is_forgotten() {
        for (int i = 0; i < 4; i++) {
            fail(i);
        }

        assertThat(fail(70)).isFalse();
    }

    @Test
    void after_half_a_minute_one_call_closes_it() {
        open();

        assertThat(circuit(33)).isEqualTo(Circuit.State.OPEN);
        assertThat(circuit(34)).isEqualTo(Circuit.State.HALF_OPEN);
        assertThat(admitted(34)).isEqualTo(Admission.ON_TRIAL);

        assertThat(succeed(35)).isTrue();
        assertThat(circuit(35)).isEqualTo(Circuit.State.CLOSED);
        assertThat(fail(36)).isFalse();
    }

    @Test
    void or_opens_it_for_twice_as_long_up_to_five_minutes() {
        open();
        int second = 34;
        for (int opensFor : new int[] {60, 120, 240, 300, 300}) {
            assertThat(fail(second)).isTrue();
            assertThat(circuit(second + opensFor - 1)).isEqualTo(Circuit.State.OPEN);
            second += opensFor;
            assertThat(circuit(second)).isEqualTo(Circuit.State.HALF_OPEN);
        }
    }

    @Test
    void a_clock_that_is_put_back_keeps_it_open_no_longer_than_it_can_be() {
        open();

        assertThat(circuit(-3_600)).isEqualTo(Circuit.State.HALF_OPEN);
        assertThat(admitted(-3_600)).isEqualTo(Admission.ON_TRIAL);
        assertThat(succeed(-3_599)).isTrue();
        assertThat(circuit(-3_599)).isEqualTo(Circuit.State.CLOSED);
    }

    @Test
    void calls_that_were_under_way_when_it_opened_change_nothing() {
        open();

        succeed(5);
        fail(6);

        assertThat(circuit(33)).isEqualTo(Circuit.State.OPEN);
        assertThat(circuit(34)).isEqualTo(Circuit.State.HALF_OPEN);
    }

    @Test
    void one_call_at_a_time_is_on_trial_and_the_others_go_elsewhere() {
        open();

        assertThat(admitted(34)).isEqualTo(Admission.ON_TRIAL);
        for (int second = 34; second < 63; second++) {
            assertThat(admitted(second)).isEqualTo(Admission.ELSEWHERE);
            assertThat(circuit(second)).as("what the router sees").isEqualTo(Circuit.State.OPEN);
        }

        assertThat(end(CallResult.FAILED, 29_000, null, "it timed out", 63)).isFalse();
        assertThat(circuit(122)).isEqualTo(Circuit.State.OPEN);
        assertThat(admitted(123)).isEqualTo(Admission.ON_TRIAL);
    }

    @Test
    void a_trial_that_does_not_end_in_half_a_minute_gives_way_to_the_next() {
        open();

        assertThat(admitted(40)).isEqualTo(Admission.ON_TRIAL);
        assertThat(admitted(69)).isEqualTo(Admission.ELSEWHERE);
        assertThat(admitted(70)).isEqualTo(Admission.ON_TRIAL);
    }

    @Test
    void one_that_comes_to_no_call_is_given_back_by_whoever_had_it() {
        open();
        admitted(40);

        assertThat(targets.giveBack("m", at(39), at(41))).isFalse();
        assertThat(admitted(41)).isEqualTo(Admission.ELSEWHERE);
        assertThat(targets.giveBack("m", at(40), at(41))).isTrue();
        assertThat(circuit(41)).isEqualTo(Circuit.State.HALF_OPEN);
        assertThat(targets.giveBack("other", at(40), at(41))).isFalse();
    }

    @Test
    void calls_that_began_later_and_completed_tell_that_others_are_served() {
        end(CallResult.COMPLETED, 1_000, null, null, 5);
        assertThat(targets.servedSince("m", at(4))).isFalse();
        assertThat(targets.servedSince("m", at(3))).isTrue();
        assertThat(targets.servedSince("other", at(3))).isFalse();

        end(CallResult.FAILED, 0, null, "no", 9);
        end(CallResult.COMPLETED, 8_000, null, null, 10);
        assertThat(targets.servedSince("m", at(4))).isFalse();
    }

    @Test
    void a_worker_that_calls_nobody_any_more_tells_of_nobody() {
        open();

        targets.clear();

        assertThat(targets.report(at(5))).isEmpty();
    }

    @Test
    void so_does_one_that_tells_nothing_of_the_target() {
        open();

        assertThat(admitted(40)).isEqualTo(Admission.ON_TRIAL);
        end(CallResult.OTHER, 5_000, null, null, 41);
        assertThat(admitted(41))
                .as("a call from before the trial ended")
                .isEqualTo(Admission.ELSEWHERE);
        end(CallResult.THROTTLED, 1_000, null, null, 42);
        assertThat(admitted(42)).isEqualTo(Admission.ON_TRIAL);
    }

    @Test
    void calls_that_began_before_it_was_half_open_neither_close_it_nor_open_it_for_longer() {
        open();
        admitted(34);

        assertThat(end(CallResult.COMPLETED, 35_000, null, null, 35)).isFalse();
        assertThat(end(CallResult.FAILED, 31_000, null, "it timed out", 36)).isFalse();
        assertThat(circuit(65)).isEqualTo(Circuit.State.HALF_OPEN);

        succeed(66);
        for (int i = 0; i < 10; i++) {
            end(CallResult.FAILED, 40_000, null, "it timed out", 67);
        }
        assertThat(circuit(67)).isEqualTo(Circuit.State.CLOSED);
    }

    @Test
    void requests_at_fault_and_throttling_say_nothing_of_the_target() {
        for (int i = 0; i < 20; i++) {
            end(CallResult.OTHER, 10, null, null, i);
            end(CallResult.THROTTLED, 10, null, "it has too much to do", i);
        }

        assertThat(circuit(20)).isEqualTo(Circuit.State.CLOSED);
        assertThat(report(20).throttled()).isEqualTo(20);
        assertThat(report(20).lastError()).isEqualTo("it has too much to do");
    }

    @Test
    void a_report_tells_of_the_last_minute() {
        end(CallResult.COMPLETED, 9_000, 8_000L, null, 0);
        for (int i = 1; i <= 100; i++) {
            end(CallResult.COMPLETED, i, i % 2 == 0 ? i / 2L : null, null, 60);
        }
        end(CallResult.FAILED, 5_000, null, "connection refused", 61);

        assertThat(report(62))
                .isEqualTo(
                        new TargetReport(
                                "m",
                                Circuit.State.CLOSED,
                                101,
                                1,
                                0,
                                new Quantiles(50, 95),
                                new Quantiles(25, 48),
                                "connection refused",
                                at(61)));
        assertThat(report(122))
                .isEqualTo(
                        new TargetReport(
                                "m",
                                Circuit.State.CLOSED,
                                0,
                                0,
                                0,
                                null,
                                null,
                                "connection refused",
                                at(61)));
    }

    @Test
    void of_many_calls_the_latest_count_and_of_many_models_the_latest_are_told() {
        for (int i = 0; i < 300; i++) {
            succeed(0);
            targets.ended("m" + i, CallResult.COMPLETED, Duration.ZERO, null, null, at(0));
        }

        assertThat(report(1).calls()).isEqualTo(256);
        assertThat(targets.report(at(1)))
                .hasSize(100)
                .extracting(TargetReport::model)
                .contains("m299")
                .doesNotContain("m0")
                .isSorted();
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            fail(i);
        }
        assertThat(circuit(4)).isEqualTo(Circuit.State.OPEN);
    }

    private boolean succeed(int second) {
        return end(CallResult.COMPLETED, 0, null, null, second);
    }

    private boolean fail(int second) {
        return end(CallResult.FAILED, 0, null, "it failed", second);
    }

    private boolean end(
            CallResult result,
            long millis,
            @Nullable Long first,
            @Nullable String error,
            int second) {
        return targets.ended(
                "m",
                result,
                Duration.ofMillis(millis),
                first == null ? null : Duration.ofMillis(first),
                error,
                at(second));
    }

    private Admission admitted(int second) {
        return targets.admit("m", at(second));
    }

    private Circuit.State circuit(int second) {
        return report(second).circuit();
    }

    private TargetReport report(int second) {
        return targets.report(at(second)).stream()
                .filter(report -> report.model().equals("m"))
                .findFirst()
                .orElseThrow();
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
