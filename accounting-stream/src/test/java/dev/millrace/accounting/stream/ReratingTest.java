package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.JUNE;
import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.completed;
import static dev.millrace.accounting.stream.Attempts.ended;
import static dev.millrace.accounting.stream.Attempts.requestId;
import static dev.millrace.accounting.stream.Attempts.started;
import static dev.millrace.accounting.stream.Attempts.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of charges when a price comes late or is corrected.
class ReratingTest {

    /// 1,000 prompt tokens and 500 of completion cost 0.002.
    private static final PriceList FIRST = prices("input: 1, output: 2");

    /// The same cost 0.02.
    private static final PriceList DEARER = prices("input: 10, output: 20");

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver = new AccountingDriver(FIRST, START, state, Stores::inMemoryKeyValueStore);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void a_corrected_price_takes_the_charge_back_and_charges_anew() {
        driver.send(completed(1));
        driver.publish(DEARER);

        List<Charge> charges = driver.charges();
        assertThat(charges)
                .extracting(Charge::getKind)
                .containsExactly(ChargeKind.CHARGE, ChargeKind.REVERSAL, ChargeKind.CHARGE);
        Charge first = charges.get(0);
        Charge reversal = charges.get(1);
        Charge second = charges.get(2);
        assertThat(reversal.getCorrects()).isEqualTo(first.getChargeId());
        assertThat(reversal.getAmount()).isEqualTo(new BigDecimal("-0.002000000000"));
        assertThat(second.getCorrects()).isEqualTo(first.getChargeId());
        assertThat(second.getAmount()).isEqualTo(new BigDecimal("0.020000000000"));
        assertThat(second.getPrice().getOutput()).isEqualByComparingTo("20");
        assertThat(second.getUsage()).isEqualTo(first.getUsage());
        assertThat(second.getEndedAt()).isEqualTo(first.getEndedAt());
        assertThat(driver.chargeKeys()).containsOnly("acme");
        assertThat(driver.metric("rerated-total")).isEqualTo(1);

        Cost month = month("small", "USD");
        assertThat(month.getAmount()).isEqualTo(new BigDecimal("0.020000000000"));
        assertThat(month.getRequests()).isEqualTo(1);
        assertThat(month.getAttempts()).isEqualTo(1);
        assertThat(month.getInputTokens()).isEqualTo(1_000);
        assertThat(month.getCharges()).isEqualTo(3);
    }

    @Test
    void an_attempt_without_a_price_is_charged_when_its_price_comes() {
        driver.send(
                ended(
                        started(1).setUpstreamModel("new").build(),
                        AttemptOutcome.COMPLETED,
                        usage(5, 0, 5)));
        driver.publish(prices("input: 1, output: 2", "new", "input: 3, output: 4"));

        assertThat(month("new", "").getAttempts()).isZero();
        assertThat(month("new", "").getUnpricedAttempts()).isZero();
        assertThat(month("new", "").getRequests()).isZero();
        assertThat(month("new", "USD").getAmount()).isEqualByComparingTo("0.000035");
        assertThat(month("new", "USD").getAttempts()).isEqualTo(1);
        assertThat(month("new", "USD").getRequests()).isEqualTo(1);
    }

    @Test
    void an_attempt_that_ended_before_the_price_begins_to_hold_keeps_its_charge() {
        driver.send(completed(1));
        Attempt inJune = ended(started(2).build(), AttemptOutcome.COMPLETED, usage(1, 0, 0), JUNE);
        driver.send(inJune);
        driver.publish(
                prices(
                        "input: 1, output: 2",
                        "small",
                        "input: 5, output: 5, effective-from: 2026-06-01"));

        assertThat(driver.charges())
                .filteredOn(charge -> charge.getCorrects() != null)
                .extracting(Charge::getAttemptId)
                .containsOnly(inJune.getAttemptId());
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.002");
    }

    @Test
    void a_price_that_comes_back_is_charged_under_new_ids() {
        driver.send(completed(1));
        driver.publish(DEARER);
        driver.publish(FIRST);
        driver.publish(DEARER);
        driver.publish(FIRST);

        assertThat(driver.charges()).hasSize(9);
        assertThat(driver.charges()).extracting(Charge::getChargeId).doesNotHaveDuplicates();
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.002");
        assertThat(month("small", "USD").getAttempts()).isEqualTo(1);
    }

    @Test
    void a_price_that_is_taken_away_leaves_what_it_charged() {
        driver.send(completed(1));
        driver.publish(PriceList.EMPTY);
        driver.publish(FIRST);

        assertThat(driver.charges()).hasSize(1);
    }

    @Test
    void a_price_that_is_taken_away_gives_way_to_the_one_that_held_before_or_for_all_models() {
        driver.publish(
                prices(
                        "input: 1, output: 2",
                        "small",
                        "input: 5, output: 5, effective-from: 2026-05-01"));
        driver.send(completed(1));
        driver.publish(FIRST);
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.002");

        driver.publish(Attempts.prices("- { provider: one, model: \"*\", input: 3, output: 6 }\n"));
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.006");
    }

    @Test
    void an_end_after_all_takes_back_the_charge_that_stands() {
        driver.send(started(1).build());
        driver.send(
                started(2)
                        .setRequestId(requestId(1))
                        .setDispatchId(Identity.dispatchId(requestId(1), 0))
                        .setFence(11)
                        .build());
        driver.publish(DEARER);
        driver.send(completed(1));

        List<Charge> charges = driver.charges();
        assertThat(charges).hasSize(5);
        assertThat(charges.get(3).getCorrects()).isEqualTo(charges.get(2).getChargeId());
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.02");
        assertThat(month("small", "USD").getAttempts()).isEqualTo(1);
    }

    @Test
    void an_attempt_that_comes_again_is_still_known() {
        driver.send(completed(1));
        driver.publish(DEARER);
        driver.send(completed(1));

        assertThat(driver.charges()).hasSize(3);
    }

    @Test
    void a_restart_on_the_way_replaces_nothing_twice_and_leaves_nothing_out() {
        for (int i = 1; i <= 10; i++) {
            driver.send(completed(i));
        }
        driver.announce(DEARER);
        // Until a part of them is replaced
        while (driver.charges().size() == 10) {
            driver.advance(Duration.ofMillis(200));
        }
        assertThat(driver.charges()).hasSizeLessThan(30);
        driver.restart();
        driver.publish(DEARER);

        assertThat(driver.charges()).hasSize(30);
        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.2");
        assertThat(month("small", "USD").getAttempts()).isEqualTo(10);
    }

    @Test
    void prices_that_change_while_nobody_runs_are_found_at_the_start() {
        driver.send(completed(1));
        driver.announce(DEARER);
        driver.restart();
        driver.publish(DEARER);

        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.02");
    }

    @Test
    void prices_that_change_again_on_the_way_are_the_ones_that_count() {
        for (int i = 1; i <= 10; i++) {
            driver.send(completed(i));
        }
        driver.announce(DEARER);
        while (driver.charges().size() == 10) {
            driver.advance(Duration.ofMillis(200));
        }
        driver.publish(prices("input: 100, output: 200"));

        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("2");
        assertThat(month("small", "USD").getAttempts()).isEqualTo(10);
        assertThat(driver.charges()).extracting(Charge::getChargeId).doesNotHaveDuplicates();
    }

    @Test
    void a_charge_at_prices_that_held_for_a_moment_is_replaced_too() {
        driver.send(completed(1));
        driver.announce(DEARER);
        driver.send(completed(2));
        driver.publish(FIRST);

        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.004");
        assertThat(driver.charges()).hasSize(4);
    }

    @Test
    void prices_that_change_back_on_the_way_leave_nothing_at_the_other_price() {
        for (int i = 1; i <= 10; i++) {
            driver.send(completed(i));
        }
        driver.announce(DEARER);
        while (driver.charges().size() == 10) {
            driver.advance(Duration.ofMillis(200));
        }
        driver.publish(FIRST);

        assertThat(month("small", "USD").getAmount()).isEqualByComparingTo("0.02");
        assertThat(month("small", "USD").getAttempts()).isEqualTo(10);
    }

    private Cost month(String model, String currency) {
        return Objects.requireNonNull(
                driver.costs(BucketLength.MONTH)
                        .get("month-2026-05|acme|ci|one|" + model + "|interactive|" + currency));
    }

    private static PriceList prices(String small) {
        return Attempts.prices("- { provider: one, model: small, " + small + " }\n");
    }

    private static PriceList prices(String small, String model, String other) {
        return Attempts.prices(
                "- { provider: one, model: small, %s }\n- { provider: one, model: %s, %s }\n"
                        .formatted(small, model, other));
    }
}
