package dev.millrace.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.LatencyBucket;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerBookTest {

    private static final Instant ENDED = Instant.parse("2026-01-31T11:59:00Z");
    private static final Instant NOW = ENDED.plusSeconds(3_600);
    private static final UUID ATTEMPT = new UUID(0, 1);
    private static final Usage USAGE = usage(10);

    private final LedgerBook book = new LedgerBook();

    @Test
    void a_charge_of_usage_times_price_and_its_sums_are_in_order() {
        // 10 × 3 + 4 × 1 + 25 × 6 for each million
        book.add(ended(USAGE), ENDED);
        book.add(charge().build());
        sums("0.000184000000", 1);

        assertThat(differences()).isEmpty();
        assertThat(book.balances(Instant.MIN, List.of("charges", "hourly", "daily", "monthly")))
                .hasSize(4)
                .allSatisfy(balance -> {
                    assertThat(balance.computed()).isEqualByComparingTo("0.000184");
                    assertThat(balance.drift()).isZero();
                });
    }

    @Test
    void amounts_are_added_up_by_currency() {
        for (String currency : List.of("USD", "EUR", "EUR")) {
            UUID attempt = UUID.randomUUID();
            book.add(Attempt.newBuilder(ended(USAGE)).setAttemptId(attempt).build(), ENDED);
            book.add(
                    charge().setChargeId(UUID.randomUUID())
                            .setAttemptId(attempt)
                            .setCurrency(currency)
                            .build());
        }
        book.add(
                charge().setChargeId(UUID.randomUUID())
                        .setPrice(null)
                        .setAmount(null)
                        .setCurrency(null)
                        .build());

        assertThat(book.balances(Instant.MIN, List.of("charges", "hourly", "daily", "monthly")))
                .filteredOn(balance -> balance.topic().equals("charges"))
                .extracting(
                        Balance::currency,
                        Balance::entries,
                        balance -> balance.stated().toPlainString())
                .containsExactly(
                        tuple(null, 1L, "0"),
                        tuple("EUR", 2L, "0.000368000000"),
                        tuple("USD", 1L, "0.000184000000"));
    }

    @Test
    void an_attempt_without_a_charge_is_told_once_it_is_due() {
        book.add(ended(USAGE), NOW);
        assertThat(differences()).isEmpty();

        book.add(started(UUID.randomUUID(), ENDED), ENDED);
        assertThat(differences()).extracting(Difference::reason).containsExactly("is not charged");
    }

    @Test
    void an_attempt_that_the_ledger_has_refused_needs_no_charge() {
        book.add(ended(USAGE), ENDED);
        book.refuse(ended(USAGE));

        assertThat(differences()).isEmpty();
    }

    @Test
    void an_attempt_that_is_charged_twice_is_told() {
        book.add(ended(USAGE), ENDED);
        book.add(charge().build());
        book.add(charge().setChargeId(UUID.randomUUID()).setCountsRequest(false).build());
        sums("0.000368", 2);

        assertThat(differences())
                .containsExactly(new Difference("attempt " + ATTEMPT, "is charged 2 times"));
    }

    @Test
    void a_charge_that_is_taken_back_and_made_again_counts_once() {
        Charge first = charge().setOutcome(AttemptOutcome.ABANDONED).build();
        book.add(ended(USAGE), ENDED);
        book.add(first);
        book.add(
                charge().setChargeId(UUID.randomUUID())
                        .setKind(ChargeKind.REVERSAL)
                        .setCorrects(first.getChargeId())
                        .setOutcome(AttemptOutcome.ABANDONED)
                        .setAmount(first.getAmount().negate())
                        .build());
        book.add(charge().setChargeId(UUID.randomUUID()).setCorrects(first.getChargeId()).build());
        sums("0.000184", 3);

        assertThat(differences()).isEmpty();
    }

    @Test
    void a_charge_that_is_not_usage_times_price_is_told() {
        book.add(ended(USAGE), ENDED);
        book.add(charge().setAmount(new BigDecimal("0.000185000000")).build());
        sums("0.000185", 1);

        assertThat(differences())
                .singleElement()
                .satisfies(difference ->
                        assertThat(difference.reason())
                                .isEqualTo("is 0.000185000000, usage times price 0.000184000000"));
    }

    @Test
    void what_is_priced_by_the_piece_and_the_second_is_computed_anew_too() {
        Usage reported =
                Usage.newBuilder(USAGE)
                        .setCacheWrite1hTokens(100)
                        .setAudioInputTokens(200)
                        .setAudioOutputTokens(300)
                        .setImages(2)
                        .setAudioMilliseconds(1_500)
                        .build();
        AppliedPrice price =
                AppliedPrice.newBuilder(charge().getPrice())
                        .setCacheWrite1h(decimal("5"))
                        .setReasoning(decimal("7"))
                        .setAudioInput(decimal("11"))
                        .setAudioOutput(decimal("13"))
                        .setImage(decimal("0.01"))
                        .setAudioSecond(decimal("0.02"))
                        .setQuery(decimal("0.03"))
                        .setGpuSecond(decimal("0.04"))
                        .build();
        Usage charged =
                Usage.newBuilder(reported).setQueries(1).setComputeMilliseconds(1_000).build();
        book.add(ended(reported), ENDED);
        book.add(charge().setUsage(charged).setPrice(price).setAmount(decimal("0.126789")).build());

        assertThat(differences())
                .extracting(Difference::subject)
                .noneMatch(subject -> subject.startsWith("charge"));
    }

    @Test
    void a_charge_for_another_usage_than_the_attempts_is_told() {
        book.add(ended(usage(11)), ENDED);
        book.add(charge().build());
        sums("0.000184", 1);

        assertThat(differences())
                .extracting(Difference::reason)
                .containsExactly(
                        "has another usage than its attempt",
                        "is 0.000184000000, usage times price 0.000187000000");
    }

    @Test
    void a_sum_that_its_charges_do_not_come_to_is_told_with_what_differs() {
        book.add(ended(USAGE), ENDED);
        book.add(charge().build());
        sums("0.000184", 1);
        book.add(cost(Granularity.DAY, "0.000184").setOutputTokens(19).build());

        assertThat(differences())
                .containsExactly(
                        new Difference(
                                "DAY 2026-01-31T00:00:00Z, tenant acme, p/m, INTERACTIVE, USD",
                                "output tokens off by -1"));
    }

    @Test
    void a_sum_without_charges_is_told_unless_they_are_no_longer_kept() {
        book.add(cost(Granularity.HOUR, "0.000184").build());

        assertThat(differences()).hasSize(1);
        assertThat(book.differences(ENDED, NOW)).isEmpty();
    }

    private List<Difference> differences() {
        return book.differences(Instant.MIN, NOW);
    }

    private void sums(String amount, int charges) {
        for (Granularity length : List.of(Granularity.HOUR, Granularity.DAY, Granularity.MONTH)) {
            Cost.Builder cost = cost(length, amount).setCharges(charges);
            if (charges == 2) {
                cost.setAttempts(2)
                        .setInputTokens(20)
                        .setCacheReadTokens(8)
                        .setOutputTokens(40)
                        .setReasoningTokens(10)
                        .setLatency(List.of(new LatencyBucket(1_023L, 2L)));
            }
            book.add(cost.build());
        }
    }

    private static Cost.Builder cost(Granularity length, String amount) {
        Instant start =
                switch (length) {
                    case HOUR -> ENDED.truncatedTo(ChronoUnit.HOURS);
                    case DAY -> ENDED.truncatedTo(ChronoUnit.DAYS);
                    default -> Instant.parse("2026-01-01T00:00:00Z");
                };
        return Cost.newBuilder()
                .setBucketStart(start)
                .setGranularity(length)
                .setTenant("acme")
                .setProvider("p")
                .setUpstreamModel("m")
                .setLane(Lane.INTERACTIVE)
                .setAmount(new BigDecimal(amount).setScale(12))
                .setCurrency("USD")
                .setRequests(1)
                .setAttempts(1)
                .setFailures(0)
                .setUnpricedAttempts(0)
                .setEstimatedAttempts(0)
                .setInputTokens(10)
                .setCacheReadTokens(4)
                .setCacheWriteTokens(0)
                .setOutputTokens(20)
                .setReasoningTokens(5)
                .setLatency(List.of(new LatencyBucket(1_023L, 1L)))
                .setCharges(1);
    }

    private static Charge.Builder charge() {
        AppliedPrice price =
                AppliedPrice.newBuilder()
                        .setEntryId("e")
                        .setCurrency("USD")
                        .setPer(1_000_000)
                        .setInput(decimal("3"))
                        .setCacheRead(decimal("1"))
                        .setCacheWrite(decimal("3"))
                        .setOutput(decimal("6"))
                        .setEffectiveFrom(Instant.EPOCH)
                        .build();
        return Charge.newBuilder()
                .setChargeId(new UUID(0, 2))
                .setKind(ChargeKind.CHARGE)
                .setAttemptId(ATTEMPT)
                .setRequestId(new UUID(0, 3))
                .setTenant("acme")
                .setLabels(Map.of())
                .setLane(Lane.INTERACTIVE)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("p")
                .setUpstreamModel("m")
                .setAskedModel("m")
                .setRoute("by name")
                .setHop(0)
                .setOutcome(AttemptOutcome.COMPLETED)
                .setUsage(USAGE)
                .setPrice(price)
                .setAmount(decimal("0.000184"))
                .setCurrency("USD")
                .setStartedAt(ENDED.minusSeconds(1))
                .setEndedAt(ENDED)
                .setCountsRequest(true);
    }

    private static Attempt ended(Usage usage) {
        return Attempt.newBuilder(started(ATTEMPT, ENDED))
                .setPhase(AttemptPhase.ENDED)
                .setEndedAt(ENDED)
                .setOutcome(AttemptOutcome.COMPLETED)
                .setUsage(usage)
                .build();
    }

    private static Attempt started(UUID id, Instant deadline) {
        return Attempt.newBuilder()
                .setAttemptId(id)
                .setPhase(AttemptPhase.STARTED)
                .setRequestId(new UUID(0, 3))
                .setDispatchId(new UUID(0, 4))
                .setHop(0)
                .setNumber(1)
                .setFence(1)
                .setTenant("acme")
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("p")
                .setUpstreamModel("m")
                .setAskedModel("m")
                .setRoute("by name")
                .setStream(false)
                .setDeadline(deadline)
                .setStartedAt(ENDED.minusSeconds(1))
                .setEstimatedPromptTokens(1)
                .setConfigVersion(1)
                .setInstance("worker-1")
                .build();
    }

    private static BigDecimal decimal(String number) {
        return new BigDecimal(number).setScale(12);
    }

    private static Usage usage(long input) {
        return Usage.newBuilder()
                .setInputTokens(input)
                .setCacheReadTokens(4)
                .setOutputTokens(20)
                .setReasoningTokens(5)
                .setSource(UsageSource.PROVIDER)
                .build();
    }
}
