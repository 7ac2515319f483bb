package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.DEADLINE;
import static dev.millrace.accounting.stream.Attempts.JUNE;
import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.attemptId;
import static dev.millrace.accounting.stream.Attempts.completed;
import static dev.millrace.accounting.stream.Attempts.ended;
import static dev.millrace.accounting.stream.Attempts.requestId;
import static dev.millrace.accounting.stream.Attempts.started;
import static dev.millrace.accounting.stream.Attempts.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
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

/// What accounting charges and sums: the specification of the topology.
class AccountingTopologyTest {

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver =
                new AccountingDriver(
                        Attempts.PRICES, START, state, Stores::persistentKeyValueStore);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void a_completed_attempt_is_charged_for_what_it_used() {
        Attempt start = started(1).build();
        driver.send(start);
        driver.send(ended(start, AttemptOutcome.COMPLETED, usage(1_000, 200, 500)));

        Charge charge = only();
        assertThat(driver.chargeKeys()).containsExactly("acme");
        assertThat(charge.getKind()).isEqualTo(ChargeKind.CHARGE);
        assertThat(charge.getAttemptId()).isEqualTo(attemptId(1));
        assertThat(charge.getRequestId()).isEqualTo(requestId(1));
        assertThat(charge.getTenant()).isEqualTo("acme");
        assertThat(charge.getKeyId()).isEqualTo("ci");
        assertThat(charge.getLabels()).containsEntry("team", "search");
        assertThat(charge.getUpstreamModel()).isEqualTo("small");
        assertThat(charge.getAskedModel()).isEqualTo("assistant");
        assertThat(charge.getRoute()).isEqualTo("model assistant");
        assertThat(charge.getOutcome()).isEqualTo(AttemptOutcome.COMPLETED);
        assertThat(charge.getUsage()).isEqualTo(served(usage(1_000, 200, 500)));
        assertThat(charge.getAmount()).isEqualTo(new BigDecimal("0.002100000000"));
        assertThat(charge.getSavedAmount()).isEqualTo(new BigDecimal("0.000100000000"));
        assertThat(charge.getCurrency()).isEqualTo("USD");
        assertThat(charge.getStartedAt()).isEqualTo(START);
        assertThat(charge.getEndedAt()).isEqualTo(START.plusSeconds(2));
        String entry = charge.getPrice().getEntryId();
        assertThat(charge.getPrice().getOutput()).isEqualByComparingTo("2");
        assertThat(charge.getChargeId()).isEqualTo(Identity.chargeId(attemptId(1), entry, false));

        Cost hour = cost(BucketLength.HOUR, "hour-2026-05-31T23|acme|ci|one|small|interactive|USD");
        assertThat(hour.getBucketStart()).isEqualTo("2026-05-31T23:00:00Z");
        assertThat(hour.getGranularity()).isEqualTo(Granularity.HOUR);
        assertThat(hour.getAmount()).isEqualTo(new BigDecimal("0.002100000000"));
        assertThat(hour.getWastedAmount()).isEqualByComparingTo("0");
        assertThat(hour.getRequests()).isEqualTo(1);
        assertThat(hour.getAttempts()).isEqualTo(1);
        assertThat(hour.getFailures()).isZero();
        assertThat(hour.getInputTokens()).isEqualTo(1_000);
        assertThat(hour.getCacheReadTokens()).isEqualTo(200);
        assertThat(hour.getOutputTokens()).isEqualTo(500);
        assertThat(hour.getCharges()).isEqualTo(1);
    }

    @Test
    void the_price_is_the_one_in_force_when_the_attempt_ended() {
        Attempt start = started(1).build();
        driver.send(ended(start, AttemptOutcome.COMPLETED, usage(1_000_000, 0, 0), JUNE));

        assertThat(only().getAmount()).isEqualByComparingTo("3");
    }

    @Test
    void an_attempt_that_the_provider_refused_costs_nothing_but_counts() {
        Attempt start = started(1).build();
        driver.send(start);
        driver.send(ended(start, AttemptOutcome.THROTTLED, null));

        Charge charge = only();
        assertThat(charge.getAmount()).isEqualTo(new BigDecimal("0.000000000000"));
        assertThat(charge.getCurrency()).isEqualTo("USD");
        assertThat(charge.getUsage()).isEqualTo(usage(0, 0, 0));
        Cost month = month();
        assertThat(month.getAttempts()).isEqualTo(1);
        assertThat(month.getFailures()).isEqualTo(1);
        assertThat(month.getEstimatedAttempts()).isZero();
    }

    @Test
    void a_cancelled_attempt_is_charged_for_what_it_used_until_then_and_is_waste() {
        Usage partial =
                Usage.newBuilder(usage(1_000_000, 0, 1)).setSource(UsageSource.ESTIMATED).build();
        driver.send(ended(started(1).build(), AttemptOutcome.CANCELLED, partial));

        assertThat(only().getUsage()).isEqualTo(served(partial));
        Cost month = month();
        assertThat(month.getAmount()).isEqualTo(new BigDecimal("1.000002000000"));
        assertThat(month.getWastedAmount()).isEqualTo(month.getAmount());
        assertThat(month.getEstimatedAttempts()).isEqualTo(1);
    }

    @Test
    void usage_that_nobody_reported_is_estimated_and_says_so() {
        driver.send(ended(started(1).build(), AttemptOutcome.COMPLETED, null));

        Usage usage = only().getUsage();
        assertThat(usage.getInputTokens()).isEqualTo(100);
        assertThat(usage.getSource()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(month().getEstimatedAttempts()).isEqualTo(1);
    }

    @Test
    void the_same_records_again_change_nothing() {
        Attempt start = started(1).build();
        driver.send(start);
        driver.send(completed(1));
        driver.send(completed(1));
        driver.restart();
        driver.send(start);
        driver.send(completed(1));
        driver.advance(Duration.ofHours(1));

        assertThat(driver.charges()).hasSize(1);
        assertThat(month().getCharges()).isEqualTo(1);
        assertThat(driver.metric("duplicate-total")).isEqualTo(2);
    }

    @Test
    void an_end_before_its_start_is_charged_and_the_start_is_dropped() {
        driver.send(completed(1));
        driver.send(started(1).build());
        driver.advance(Duration.ofHours(1));

        assertThat(only().getOutcome()).isEqualTo(AttemptOutcome.COMPLETED);
    }

    @Test
    void an_attempt_without_an_end_is_charged_by_estimate_at_deadline_and_grace() {
        driver.send(started(1).build());
        driver.advance(
                Duration.between(START, DEADLINE).plus(AccountingDriver.GRACE).minusMillis(1));
        assertThat(driver.charges()).isEmpty();
        driver.advance(Duration.ofSeconds(1));

        Charge charge = only();
        assertThat(charge.getOutcome()).isEqualTo(AttemptOutcome.ABANDONED);
        assertThat(charge.getUsage().getInputTokens()).isEqualTo(100);
        assertThat(charge.getUsage().getOutputTokens()).isZero();
        assertThat(charge.getUsage().getSource()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(charge.getAmount()).isEqualTo(new BigDecimal("0.000100000000"));
        assertThat(charge.getEndedAt()).isEqualTo(START);
        Cost month = month();
        assertThat(month.getRequests()).isEqualTo(1);
        assertThat(month.getFailures()).isEqualTo(1);
        assertThat(month.getWastedAmount()).isEqualTo(charge.getAmount());
        assertThat(driver.metric("abandoned-total")).isEqualTo(1);
    }

    @Test
    void an_attempt_that_was_open_before_a_restart_is_charged_after_it() {
        driver.send(started(1).build());
        driver.restart();
        driver.advance(Duration.ofHours(1));
        driver.advance(Duration.ofHours(1));

        assertThat(only().getOutcome()).isEqualTo(AttemptOutcome.ABANDONED);
    }

    @Test
    void no_attempt_is_abandoned_while_its_end_may_stand_unread_on_the_log() {
        // Given a service that comes back after an hour and reads what was written before
        driver.advance(Duration.ofHours(1));
        driver.send(started(1).build(), START);

        // When it has read up to the start, but not yet to the deadline
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.charges()).isEmpty();

        // Then the end, which comes next, is all that is charged
        driver.send(completed(1), START.plusSeconds(2));
        driver.send(started(2).setDeadline(driver.now()).build(), driver.now());
        driver.advance(Duration.ofSeconds(10));
        assertThat(only().getOutcome()).isEqualTo(AttemptOutcome.COMPLETED);
    }

    @Test
    void a_later_owner_of_the_dispatch_closes_the_attempts_of_the_earlier_one_at_once() {
        driver.send(started(1).build());
        driver.send(later().build());

        Charge charge = only();
        assertThat(charge.getAttemptId()).isEqualTo(attemptId(1));
        assertThat(charge.getOutcome()).isEqualTo(AttemptOutcome.ABANDONED);
    }

    @Test
    void another_attempt_of_the_same_owner_closes_none() {
        driver.send(started(1).build());
        driver.send(later().setFence(10).setNumber(2).build());

        assertThat(driver.charges()).isEmpty();
    }

    @Test
    void an_end_after_all_takes_the_estimate_back() {
        driver.send(started(1).build());
        driver.send(later().build());
        driver.send(completed(1));
        driver.send(completed(1));

        List<Charge> charges = driver.charges();
        assertThat(charges)
                .extracting(Charge::getKind)
                .containsExactly(ChargeKind.CHARGE, ChargeKind.REVERSAL, ChargeKind.CHARGE);
        Charge estimate = charges.get(0);
        Charge reversal = charges.get(1);
        Charge charge = charges.get(2);
        assertThat(reversal.getCorrects()).isEqualTo(estimate.getChargeId());
        assertThat(reversal.getAmount()).isEqualTo(estimate.getAmount().negate());
        assertThat(reversal.getSavedAmount()).isEqualByComparingTo("0");
        assertThat(reversal.getUsage()).isEqualTo(estimate.getUsage());
        assertThat(charges).extracting(Charge::getChargeId).doesNotHaveDuplicates();
        assertThat(charge.getChargeId())
                .isEqualTo(Identity.chargeId(attemptId(1), charge.getPrice().getEntryId(), false));

        Cost month = month();
        assertThat(month.getAmount()).isEqualTo(charge.getAmount());
        assertThat(month.getWastedAmount()).isEqualByComparingTo("0");
        assertThat(month.getRequests()).isEqualTo(1);
        assertThat(month.getAttempts()).isEqualTo(1);
        assertThat(month.getFailures()).isZero();
        assertThat(month.getEstimatedAttempts()).isZero();
        assertThat(month.getInputTokens()).isEqualTo(1_000);
        assertThat(month.getCharges()).isEqualTo(3);
    }

    @Test
    void a_request_is_counted_once_however_many_attempts_it_takes() {
        driver.send(started(1).build());
        Attempt redelivered = later().build();
        driver.send(redelivered);
        driver.send(ended(redelivered, AttemptOutcome.UNAVAILABLE, null));
        Attempt rerouted =
                started(3)
                        .setRequestId(requestId(1))
                        .setDispatchId(Identity.dispatchId(requestId(1), 1))
                        .setHop(1)
                        .build();
        driver.send(ended(rerouted, AttemptOutcome.COMPLETED, usage(1, 0, 1)));

        Cost month = month();
        assertThat(month.getRequests()).isEqualTo(1);
        assertThat(month.getAttempts()).isEqualTo(3);
        assertThat(month.getFailures()).isEqualTo(2);
    }

    @Test
    void an_attempt_without_a_price_is_charged_null_and_counted() {
        driver.send(
                ended(
                        started(1).setUpstreamModel("new").build(),
                        AttemptOutcome.COMPLETED,
                        usage(5, 0, 5)));

        Charge charge = only();
        assertThat(charge.getPrice()).isNull();
        assertThat(charge.getAmount()).isNull();
        assertThat(charge.getSavedAmount()).isNull();
        assertThat(charge.getCurrency()).isNull();
        assertThat(charge.getChargeId()).isEqualTo(Identity.chargeId(attemptId(1), "", false));
        Cost month = cost(BucketLength.MONTH, "month-2026-05|acme|ci|one|new|interactive|");
        assertThat(month.getAmount()).isNull();
        assertThat(month.getUnpricedAttempts()).isEqualTo(1);
        assertThat(month.getInputTokens()).isEqualTo(5);
        assertThat(driver.metric("unpriced-total")).isEqualTo(1);
    }

    @Test
    void sums_are_cut_at_hours_days_and_months_in_utc() {
        Attempt start = started(1).build();
        Usage million = usage(1_000_000, 0, 0);
        driver.send(ended(start, AttemptOutcome.COMPLETED, million, JUNE.minusMillis(1)));
        driver.send(ended(started(2).build(), AttemptOutcome.COMPLETED, million, JUNE));
        driver.send(
                ended(
                        started(3).build(),
                        AttemptOutcome.COMPLETED,
                        million,
                        JUNE.plus(Duration.ofMinutes(60))));

        assertThat(amounts(BucketLength.HOUR)).containsExactly("1", "3", "3");
        assertThat(amounts(BucketLength.DAY)).containsExactly("1", "6");
        assertThat(amounts(BucketLength.MONTH)).containsExactly("1", "6");
        assertThat(driver.costs(BucketLength.DAY))
                .containsOnlyKeys(
                        "day-2026-05-31|acme|ci|one|small|interactive|USD",
                        "day-2026-06-01|acme|ci|one|small|interactive|USD");
    }

    @Test
    void tenants_are_summed_apart_whatever_their_names_hold() {
        driver.send(answered(started(1).setTenant("a|b").setKeyId(null).build()));
        driver.send(answered(started(2).setTenant("a").setKeyId("b").build()));
        driver.send(answered(started(3).setTenant("a").setKeyId("").build()));

        assertThat(driver.costs(BucketLength.DAY))
                .containsOnlyKeys(
                        "day-2026-05-31|a%7Cb||one|small|interactive|USD",
                        "day-2026-05-31|a|b|one|small|interactive|USD",
                        "day-2026-05-31|a|%0|one|small|interactive|USD");
        assertThat(driver.costs(BucketLength.DAY).values())
                .allSatisfy(cost -> assertThat(cost.getAttempts()).isEqualTo(1));
        assertThat(driver.chargeKeys()).containsExactly("a|b", "a", "a");
    }

    private Attempt.Builder later() {
        return started(2)
                .setRequestId(requestId(1))
                .setDispatchId(Identity.dispatchId(requestId(1), 0))
                .setFence(11);
    }

    private static Attempt answered(Attempt start) {
        return ended(start, AttemptOutcome.COMPLETED, usage(1, 0, 1));
    }

    private Charge only() {
        assertThat(driver.charges()).hasSize(1);
        return driver.charges().getFirst();
    }

    private Cost month() {
        return cost(BucketLength.MONTH, "month-2026-05|acme|ci|one|small|interactive|USD");
    }

    private Cost cost(BucketLength length, String key) {
        assertThat(driver.costs(length)).containsKey(key);
        return Objects.requireNonNull(driver.costs(length).get(key));
    }

    private List<String> amounts(BucketLength length) {
        return driver.costs(length).values().stream()
                .map(cost -> cost.getAmount().stripTrailingZeros().toPlainString())
                .toList();
    }

    /// Of a call that took two seconds.
    private static Usage served(Usage usage) {
        return Usage.newBuilder(usage).setQueries(1).setComputeMilliseconds(2_000).build();
    }
}
