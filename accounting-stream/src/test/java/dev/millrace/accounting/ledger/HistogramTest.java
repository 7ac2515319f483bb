package dev.millrace.accounting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void a_steps_longest_time_is_above_its_times_by_less_than_a_sixteenth() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            long millis = random.nextLong(1L << random.nextInt(1, 40));
            long bound = Histogram.bound(millis);
            assertThat(bound).isGreaterThanOrEqualTo(millis);
            assertThat((bound - millis) * 16).isLessThanOrEqualTo(Math.max(0, millis - 1));
            assertThat(Histogram.bound(bound)).isEqualTo(bound);
            assertThat(Histogram.bound(bound + 1)).isGreaterThan(bound);
        }
    }

    @Test
    void short_times_are_exact_and_a_clock_that_was_set_back_took_none() {
        assertThat(Histogram.bound(-5)).isZero();
        for (long millis = 0; millis < 32; millis++) {
            assertThat(Histogram.bound(millis)).isEqualTo(millis);
        }
        assertThat(Histogram.bound(32)).isEqualTo(33);
    }

    @Test
    void what_was_added_can_be_taken_away_in_any_order_and_leaves_nothing() {
        SplittableRandom random = new SplittableRandom(2);
        List<Long> times = new ArrayList<>();
        Histogram all = Histogram.EMPTY;
        for (int i = 0; i < 1_000; i++) {
            times.add(random.nextLong(100_000));
            all = all.plus(one(times.getLast(), 1));
        }
        assertThat(all.steps((_, number) -> number).stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1_000);
        assertThat(all.steps((upTo, _) -> upTo)).isSorted().doesNotHaveDuplicates();

        Histogram half = Histogram.EMPTY;
        while (!times.isEmpty()) {
            long taken = times.remove(random.nextInt(times.size()));
            all = all.plus(one(taken, -1));
            half = half.plus(one(taken, 1));
            if (times.size() == 500) {
                Histogram other = all;
                assertThat(half.plus(other)).isEqualTo(other.plus(half));
            }
        }
        assertThat(all).isEqualTo(Histogram.EMPTY);
        assertThat(all.steps((upTo, _) -> upTo)).isEmpty();
    }

    private static Histogram one(long millis, long more) {
        return Histogram.of(new long[] {Histogram.bound(millis)}, new long[] {more});
    }
}
