package dev.millrace.worker.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestTest {
    private final Rest rest = new Rest();

    @Test
    void throttling_lasts_for_as_long_as_the_server_says() {
        rest.throttled(Duration.ofSeconds(7), at(10));

        assertThat(on(16)).isTrue();
        assertThat(on(17)).isFalse();
    }

    @Test
    void or_for_a_moment_unless_a_later_call_is_answered() {
        rest.throttled(null, at(10));
        rest.answered(at(9), at(10));
        assertThat(on(10)).isTrue();
        assertThat(on(11)).isFalse();

        rest.throttled(Duration.ofHours(1), at(20));
        rest.answered(at(21), at(22));
        assertThat(on(22)).isFalse();
    }

    @Test
    void a_server_that_hangs_rests_twice_as_long_each_time_up_to_five_minutes() {
        int second = 100;
        for (int rests : new int[] {30, 60, 120, 240, 300, 300}) {
            rest.timedOut(at(second - 30), at(second));
            rest.foundWell();
            assertThat(on(second + rests - 1)).isTrue();
            assertThat(on(second + rests)).isFalse();
            second += rests + 30;
        }
    }

    @Test
    void a_clock_that_is_put_back_lets_it_rest_no_longer() {
        rest.timedOut(at(7_200 - 30), at(7_200));
        rest.throttled(null, at(7_200));
        assertThat(on(3_600)).isFalse();

        rest.answered(at(7_300), at(7_300));
        rest.timedOut(at(3_600), at(3_630));
        assertThat(on(3_650)).as("a server that hangs is noticed").isTrue();
    }

    @Test
    void calls_that_hang_at_once_count_once() {
        rest.timedOut(at(0), at(30));
        rest.timedOut(at(1), at(31));
        rest.timedOut(at(2), at(32));

        assertThat(on(60)).isFalse();
    }

    @Test
    void then_it_gets_one_call_at_a_time_until_one_is_answered() {
        rest.timedOut(at(0), at(30));

        assertThat(rest.isOn(at(60), 0)).isFalse();
        assertThat(rest.isOn(at(60), 1)).isTrue();

        rest.answered(at(60), at(61));
        assertThat(rest.isOn(at(61), 5)).isFalse();
    }

    @Test
    void a_server_that_answers_others_meanwhile_does_not_hang() {
        rest.answered(at(10), at(20));
        rest.timedOut(at(0), at(30));
        assertThat(on(30)).isFalse();

        rest.timedOut(at(21), at(51));
        assertThat(on(51)).isTrue();
    }

    private boolean on(int second) {
        return rest.isOn(at(second), 0);
    }

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }
}
