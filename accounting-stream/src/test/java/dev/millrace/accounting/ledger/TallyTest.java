package dev.millrace.accounting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.TokenCounts;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void many_postings_at_once_are_the_same_as_one_after_the_other() {
        Tally tally = new Tally();
        Totals totals = Totals.NONE;
        assertThat(tally.totals()).isEqualTo(totals);
        for (int i = 0; i < 500; i++) {
            Posting posting = posting(random.nextInt(4) == 0 ? -1 : 1);
            tally.add(posting);
            Tally one = new Tally();
            one.add(posting);
            totals = totals.plus(one.totals());
            assertThat(tally.totals()).isEqualTo(totals);
        }
    }

    private Posting posting(int sign) {
        boolean completed = random.nextBoolean();
        Posting.@Nullable Timing timing =
                completed
                        ? new Posting.Timing(
                                random.nextInt(40),
                                random.nextBoolean() ? null : 3L + random.nextInt(9))
                        : null;
        boolean priced = random.nextInt(5) > 0;
        return new Posting(
                sign,
                random.nextBoolean(),
                completed,
                new Consumption(
                        new Quantities(
                                new TokenCounts(
                                        random.nextInt(9), 0, 0, 0, random.nextInt(9), 0, 0, 0),
                                0,
                                0,
                                1,
                                random.nextInt(1_000)),
                        random.nextBoolean()),
                priced ? amount() : null,
                priced ? amount() : null,
                timing);
    }

    private BigDecimal amount() {
        return BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), 12);
    }
}
