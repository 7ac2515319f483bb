package dev.millrace.accounting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.Rates;
import dev.millrace.configuration.prices.TokenCounts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Instant NOON = Instant.parse("2026-02-28T12:34:56.789Z");
    private static final Consumption USED =
            new Consumption(Quantities.of(new TokenCounts(1, 2, 3, 4, 5)), false);

    @Test
    void a_time_lies_in_one_hour_one_day_and_one_month() {
        assertThat(BucketLength.HOUR.at(NOON).start()).isEqualTo("2026-02-28T12:00:00Z");
        assertThat(BucketLength.DAY.at(NOON).start()).isEqualTo("2026-02-28T00:00:00Z");
        assertThat(BucketLength.MONTH.at(NOON).start()).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(BucketLength.HOUR.at(NOON).label()).isEqualTo("hour-2026-02-28T12");
        assertThat(BucketLength.DAY.at(NOON).label()).isEqualTo("day-2026-02-28");
        assertThat(BucketLength.MONTH.at(NOON).label()).isEqualTo("month-2026-02");
    }

    @Test
    void no_two_groups_have_the_same_key() {
        Bucket day = BucketLength.DAY.at(NOON);
        assertThat(new Dimensions("a|b", null, "p", "m%7C", "batch", null).key(day))
                .isEqualTo("day-2026-02-28|a%7Cb||p|m%257C|batch|");
        assertThat(new Dimensions("a", "", "p", "m", "batch", null).key(day))
                .isNotEqualTo(new Dimensions("a", null, "p", "m", "batch", null).key(day))
                .isNotEqualTo(new Dimensions("a", "%0", "p", "m", "batch", null).key(day));
    }

    @Test
    void what_was_stated_is_charged_and_what_was_not_is_estimated_unless_nothing_ran() {
        assertThat(Consumption.of(Ending.COMPLETED, USED, 7, 9))
                .isEqualTo(
                        new Consumption(new Quantities(USED.used().tokens(), 0, 0, 1, 9), false));
        assertThat(Consumption.of(Ending.REFUSED, USED, 7, 9)).isEqualTo(USED);
        assertThat(Consumption.of(Ending.COMPLETED, null, 7, 0)).isEqualTo(Consumption.estimate(7));
        assertThat(Consumption.of(Ending.BROKEN_OFF, null, 7, -9))
                .isEqualTo(Consumption.estimate(7));
        assertThat(Consumption.of(Ending.REFUSED, null, -7, 9)).isEqualTo(Consumption.NOTHING);
        assertThatThrownBy(() -> Consumption.of(Ending.COMPLETED, null, -7, 9))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void without_a_price_the_amount_is_null_and_not_zero() {
        Bill bill = Bill.of(USED, null, null);

        assertThat(bill.amount()).isNull();
        assertThat(bill.saved()).isNull();
        assertThat(totals(posting(1, bill)).amount()).isNull();
        assertThat(totals(posting(1, bill)).unpriced()).isEqualTo(1);
    }

    @Test
    void a_price_beyond_what_the_ledger_can_hold_is_no_price() {
        assertThat(Bill.of(USED, price("1e18", 1), null).amount()).isNull();
        assertThat(Bill.of(USED, price("1e19", Long.MAX_VALUE), null).amount()).isNull();
        assertThat(Bill.of(USED, price("1e18", 1_000_000), null).amount())
                .isEqualByComparingTo("15000000000000");
    }

    @Test
    void a_reversal_leaves_only_the_count_of_charges() {
        Bill bill = Bill.of(USED, price("0.01", 3), null);
        BigDecimal amount = new BigDecimal("0.050000000000");
        Posting first = posting(1, Bill.of(USED, price("7", 9), null));
        Totals before = totals(first);
        assertThat(bill.amount()).isEqualTo(amount);
        BigDecimal saved = Objects.requireNonNull(bill.saved());
        Posting.Timing timing = new Posting.Timing(2_000, 300L);

        Totals after =
                totals(
                        first,
                        new Posting(1, true, true, USED, amount, saved, timing),
                        new Posting(-1, true, true, USED, amount.negate(), saved.negate(), timing));

        assertThat(after.charges()).isEqualTo(before.charges() + 2);
        assertThat(after).usingRecursiveComparison().ignoringFields("charges").isEqualTo(before);
    }

    @Test
    void waste_is_what_did_not_complete() {
        Bill bill = Bill.of(USED, price("3", 3), null);
        Totals totals =
                totals(
                        posting(1, bill),
                        new Posting(1, false, true, USED, bill.amount(), bill.saved(), null));

        assertThat(totals.amount()).isEqualByComparingTo("30");
        assertThat(totals.wasted()).isEqualByComparingTo("15");
        assertThat(totals.failures()).isEqualTo(1);
        assertThat(totals.attempts()).isEqualTo(2);
        assertThat(totals.requests()).isEqualTo(1);
        assertThat(totals.used().reasoning()).isEqualTo(10);
    }

    @Test
    void what_is_forgotten_is_too_old_and_what_is_not_is_not() {
        DedupeWindow window = new DedupeWindow(Duration.ofDays(7));
        Instant expiry = window.expiry(NOON);

        assertThat(window.isPast(NOON, expiry)).isFalse();
        assertThat(window.isPast(NOON, expiry.plusMillis(1))).isTrue();
    }

    @Test
    void event_time_moves_forward_only_and_never_ahead_of_the_log() {
        DedupeWindow window = new DedupeWindow(Duration.ofDays(7));
        Instant minute = Instant.parse("2026-02-28T12:34:00Z");

        assertThat(window.observe(Instant.EPOCH, NOON.plusSeconds(600), NOON)).isEqualTo(minute);
        assertThat(window.observe(Instant.EPOCH, NOON, NOON.plusSeconds(600))).isEqualTo(minute);
        assertThat(window.observe(minute, NOON.minusSeconds(600), NOON)).isEqualTo(minute);
    }

    private static Totals totals(Posting... postings) {
        Tally tally = new Tally();
        List.of(postings).forEach(tally::add);
        return tally.totals();
    }

    private static Posting posting(int sign, Bill bill) {
        return new Posting(
                sign, true, false, bill.consumption(), bill.amount(), bill.saved(), null);
    }

    private static PriceEntry price(String unit, long per) {
        BigDecimal one = new BigDecimal(unit);
        return new PriceEntry(
                "p",
                "m",
                Rates.of(one, one, one, one),
                List.of(),
                per,
                "USD",
                Instant.EPOCH,
                "test");
    }
}
