package dev.millrace.accounting.ledger;

import dev.millrace.configuration.prices.PriceEntry;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Adds postings up to [Totals], without a new sum for each of them. Not thread-safe.
public final class Tally {

    private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(PriceEntry.SCALE);

    private @Nullable BigDecimal amount;
    private @Nullable BigDecimal wasted;
    private @Nullable BigDecimal saved;
    private long requests;
    private long attempts;
    private long failures;
    private long unpriced;
    private long estimated;
    private Used used = Used.NOTHING;
    private final Times latency = new Times();
    private final Times firstToken = new Times();
    private long charges;

    /// Adds one posting.
    public void add(Posting posting) {
        int sign = posting.sign();
        BigDecimal added = posting.amount();
        amount = Totals.sum(amount, added);
        wasted = Totals.sum(wasted, added == null || !posting.completed() ? added : ZERO);
        saved = Totals.sum(saved, posting.saved());
        requests += posting.countsRequest() ? sign : 0;
        attempts += sign;
        failures += posting.completed() ? 0 : sign;
        unpriced += added == null ? sign : 0;
        estimated += posting.consumption().estimated() ? sign : 0;
        used = used.plus(sign, posting.consumption().used());
        Posting.Timing timing = posting.timing();
        if (timing != null) {
            latency.add(timing.latencyMillis(), sign);
            if (timing.firstTokenMillis() != null) {
                firstToken.add(timing.firstTokenMillis(), sign);
            }
        }
        charges++;
    }

    /// The sum of all that was added.
    public Totals totals() {
        return new Totals(
                amount,
                wasted,
                saved,
                requests,
                attempts,
                failures,
                unpriced,
                estimated,
                used,
                latency.histogram(),
                firstToken.histogram(),
                charges);
    }

    /// Attempts by the step of how long they took, as far as there were any, ascending.
    private static final class Times {
        private long[] bounds = new long[4];
        private long[] attempts = new long[4];
        private int size;

        void add(long millis, int more) {
            long bound = Histogram.bound(millis);
            int at = Arrays.binarySearch(bounds, 0, size, bound);
            if (at < 0) {
                at = -at - 1;
                insert(at, bound);
            }
            attempts[at] += more;
        }

        Histogram histogram() {
            return Histogram.of(Arrays.copyOf(bounds, size), Arrays.copyOf(attempts, size));
        }

        private void insert(int at, long bound) {
            if (size == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * size);
                attempts = Arrays.copyOf(attempts, 2 * size);
            }
            System.arraycopy(bounds, at, bounds, at + 1, size - at);
            System.arraycopy(attempts, at, attempts, at + 1, size - at);
            bounds[at] = bound;
            attempts[at] = 0;
            size++;
        }
    }
}
