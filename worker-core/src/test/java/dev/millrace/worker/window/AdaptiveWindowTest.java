package dev.millrace.worker.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdaptiveWindowTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AdaptiveWindow window = new AdaptiveWindow(2, 64);

    @Test
    void it_starts_as_wide_as_configured() {
        assertThat(window.free(START)).isEqualTo(64);
    }

    @Test
    void throttling_halves_it_once_for_each_round_trip() {
        window.throttled(at(0), Duration.ZERO, at(100));
        window.throttled(at(50), Duration.ZERO, at(120));
        window.throttled(at(99), Duration.ZERO, at(150));
        assertThat(window.limit()).isEqualTo(32);

        window.succeeded(at(160), Duration.ofMillis(5), false, at(170));
        window.throttled(at(180), Duration.ZERO, at(200));
        assertThat(window.limit()).isEqualTo(16);
    }

    @Test
    void it_never_shrinks_below_its_minimum() {
        for (int round = 0; round < 20; round++) {
            window.throttled(at(round * 100 + 1), Duration.ZERO, at(round * 100 + 50));
            window.succeeded(at(round * 100 + 60), Duration.ofMillis(5), false, at(70));
        }

        assertThat(window.limit()).isEqualTo(2);
    }

    @Test
    void after_throttling_one_call_a_second_is_on_trial_until_one_succeeds() {
        window.throttled(at(0), Duration.ZERO, at(10));
        assertThat(window.free(at(109))).isZero();
        assertThat(window.free(at(110))).isEqualTo(1);

        window.started(at(110));
        assertThat(window.free(at(1109))).isZero();
        assertThat(window.free(at(1110))).isEqualTo(1);

        window.succeeded(at(5), Duration.ofMillis(5), false, at(1110));
        assertThat(window.free(at(1110))).as("a call from before says nothing").isEqualTo(1);

        window.succeeded(at(110), Duration.ofMillis(5), false, at(1110));
        assertThat(window.free(at(1110))).isEqualTo(31);
    }

    @Test
    void trials_that_fail_close_it_for_longer_each_time_and_shrink_it_no_further() {
        long time = 10;
        for (long pause : new long[] {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
            window.throttled(at(time - 1), Duration.ZERO, at(time));
            assertThat(window.closedFor(at(time))).isEqualTo(Duration.ofMillis(pause));
            time += pause + 10;
        }

        assertThat(window.limit()).isEqualTo(32);
    }

    @Test
    void it_grows_by_one_slot_for_a_round_of_successes_that_filled_it() {
        window.throttled(at(1), Duration.ZERO, at(2));
        fill(32);

        for (int i = 0; i < 33; i++) {
            window.succeeded(at(10), Duration.ofMillis(5), false, at(20));
        }

        assertThat(window.limit()).isEqualTo(33);
    }

    @Test
    void one_that_is_always_filled_grows_from_any_width_to_its_maximum() {
        for (int largest = 2; largest <= 200; largest++) {
            AdaptiveWindow grown = new AdaptiveWindow(1, largest);
            for (int round = 0; grown.limit() > 1; round++) {
                grown.throttled(at(3 * round + 1), Duration.ZERO, at(3 * round + 2));
                grown.succeeded(at(3 * round + 3), Duration.ZERO, false, at(3 * round + 3));
            }
            int round = 0;
            for (; round < 50_000 && grown.limit() < largest; round++) {
                while (grown.inFlight() < grown.limit()) {
                    grown.started(at(1_000));
                }
                grown.succeeded(at(1_000), Duration.ZERO, false, at(1_000));
            }
            assertThat(grown.limit()).as("after %d rounds", round).isEqualTo(largest);
        }
    }

    @Test
    void another_share_leaves_it_the_part_that_it_had() {
        window.throttled(at(1), Duration.ZERO, at(2));

        window.share(1, 4);
        assertThat(window.limit()).isEqualTo(8);

        window.share(4, 4);
        assertThat(window.limit()).isEqualTo(32);
    }

    @Test
    void the_part_survives_a_share_in_which_it_is_less_than_the_minimum() {
        AdaptiveWindow narrow = new AdaptiveWindow(1, 100);
        narrowTo(3, narrow);
        narrow.share(0, 24);
        assertThat(narrow.limit()).isEqualTo(1);
        narrow.share(24, 24);
        assertThat(narrow.limit()).isEqualTo(3);

        AdaptiveWindow other = new AdaptiveWindow(1, 64);
        narrowTo(4, other);
        other.share(2, 24);
        assertThat(other.limit()).isEqualTo(1);
        other.follow(new ServerPressure(64, false), at(1), at(2));
        other.share(24, 24);
        assertThat(other.limit()).isEqualTo(4);
    }

    @Test
    void in_such_a_share_it_grows_and_shrinks_from_the_minimum() {
        AdaptiveWindow narrow = new AdaptiveWindow(1, 100);
        narrowTo(3, narrow);
        narrow.share(12, 100);
        assertThat(narrow.limit()).isEqualTo(1);

        narrow.throttled(at(100_001), Duration.ZERO, at(100_002));
        narrow.share(100, 100);
        assertThat(narrow.limit()).as("no wider for being throttled").isEqualTo(3);

        narrow.share(12, 100);
        narrow.started(at(100_200));
        narrow.succeeded(at(100_200), Duration.ofMillis(5), false, at(100_205));
        assertThat(narrow.limit()).isEqualTo(2);
    }

    @Test
    void a_server_s_slots_are_shared_out_too_and_nobody_has_less_than_the_minimum() {
        window.share(1, 4);
        window.follow(new ServerPressure(16, false), at(1), at(2));
        assertThat(window.limit()).isEqualTo(4);

        window.share(0, 4);
        assertThat(window.limit()).isEqualTo(2);
        window.share(3, 4);
        assertThat(window.limit()).isEqualTo(12);
    }

    @Test
    void it_does_not_grow_while_it_is_not_filled() {
        window.throttled(at(1), Duration.ZERO, at(2));
        fill(3);

        for (int i = 0; i < 1000; i++) {
            window.succeeded(at(10), Duration.ofMillis(5), false, at(20));
        }

        assertThat(window.limit()).isEqualTo(32);
    }

    @Test
    void retry_after_closes_it_until_then() {
        window.throttled(at(1), Duration.ofSeconds(5), at(10));

        assertThat(window.free(at(5009))).isZero();
        assertThat(window.closedFor(at(4010))).isEqualTo(Duration.ofSeconds(1));
        assertThat(window.free(at(5010))).isEqualTo(1);
    }

    @Test
    void rising_latency_shrinks_it() {
        fill(64);
        for (int i = 0; i < 100; i++) {
            window.succeeded(at(i), Duration.ofMillis(100), true, at(i + 100));
        }
        assertThat(window.limit()).isEqualTo(64);

        for (int i = 0; i < 20; i++) {
            window.succeeded(
                    at(1000 + 2000L * i), Duration.ofMillis(2000), true, at(3000 + 2000L * i));
        }

        assertThat(window.limit()).isLessThan(40);
    }

    @Test
    void a_mixture_of_short_and_long_answers_does_not_shrink_it() {
        fill(64);

        for (int i = 0; i < 1000; i++) {
            Duration latency = Duration.ofMillis(i % 2 == 0 ? 200 : 2000);
            window.succeeded(at(i * 10L), latency, false, at(i * 10L + latency.toMillis()));
        }

        assertThat(window.limit()).isEqualTo(64);
    }

    @Test
    void slots_are_taken_and_given_back() {
        fill(64);
        assertThat(window.free(START)).isZero();

        window.released();
        assertThat(window.free(START)).isEqualTo(1);
        assertThat(new AdaptiveWindow(1, 1).inFlight()).isZero();
        assertThatThrownBy(() -> new AdaptiveWindow(1, 1).released())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void interactive_goes_first_and_batch_keeps_its_floor() {
        assertThat(next(10, 5, 0, true, true)).isEqualTo(LaneShare.Next.BATCH);
        assertThat(next(10, 4, 1, true, true)).isEqualTo(LaneShare.Next.INTERACTIVE);
        assertThat(next(10, 4, 6, false, true)).isEqualTo(LaneShare.Next.BATCH);
        assertThat(next(10, 4, 0, true, false)).isEqualTo(LaneShare.Next.INTERACTIVE);
        assertThat(next(10, 4, 0, false, false)).isEqualTo(LaneShare.Next.NOBODY);
        assertThat(next(10, 0, 0, true, true)).isEqualTo(LaneShare.Next.NOBODY);
        assertThat(next(1, 1, 0, true, true)).isEqualTo(LaneShare.Next.INTERACTIVE);
    }

    private static LaneShare.Next next(
            int limit, int free, int batchInFlight, boolean interactive, boolean batch) {
        boolean batchFirst = LaneShare.isBelowFloor(limit, batchInFlight);
        return LaneShare.next(free, batchFirst, interactive, batch);
    }

    /// Throttles it, round after round.
    private static void narrowTo(int limit, AdaptiveWindow window) {
        for (int round = 1; window.limit() > limit; round++) {
            long time = round * 1000L;
            window.throttled(at(time), Duration.ZERO, at(time + 1));
            window.succeeded(at(time + 2), Duration.ofMillis(5), false, at(time + 3));
        }
        assertThat(window.limit()).isEqualTo(limit);
    }

    private void fill(int slots) {
        for (int i = 0; i < slots; i++) {
            window.started(START);
        }
    }

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }
}
