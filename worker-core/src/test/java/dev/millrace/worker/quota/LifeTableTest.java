package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifeTableTest {
    private static final double[] NONE = {};

    /// They began together and just before the first end that is remembered: nobody saw how many
    /// went on when the short ones had ended.
    @Test
    void of_what_goes_on_longer_than_all_that_were_watched_the_largest_is_thought() {
        double from = 100_000;
        List<LifeTable.Ended> calls = new ArrayList<>();
        for (int call = 1; call <= 30; call++) {
            calls.add(new LifeTable.Ended(from, from + call, 10));
        }
        for (int call = 0; call < 100; call++) {
            calls.add(new LifeTable.Ended(from - 59_000, from + 1_000, 5_000));
        }

        Outlook outlook = new LifeTable(calls, NONE, from, from + 1_000).after(50_000, 128_000);

        assertThat(outlook.mean()).isEqualTo(5_000);
        assertThat(outlook.variance()).isPositive();
    }

    @Test
    void what_has_gone_on_for_long_is_compared_with_what_took_as_long() {
        List<LifeTable.Ended> calls = new ArrayList<>();
        for (int call = 0; call < 50; call++) {
            calls.add(new LifeTable.Ended(0, 1_000 + call, 10));
            calls.add(new LifeTable.Ended(0, 20_000 + call, 400));
        }
        LifeTable table = new LifeTable(calls, NONE, Double.NEGATIVE_INFINITY, 30_000);

        assertThat(table.after(0, 128_000).mean()).isBetween(204.9, 205.1);
        assertThat(table.after(2_000, 128_000).mean()).isBetween(399.9, 400.1);
        assertThat(table.after(2_000, 128_000).variance()).isLessThan(1);
    }
}
