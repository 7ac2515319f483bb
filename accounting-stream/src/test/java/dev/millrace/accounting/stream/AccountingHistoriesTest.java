package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.accounting.stream.Recalculation.Sum;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.LatencyBucket;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random histories, with duplicates, reorderings, losses, late ends, restarts, and prices that
/// come late or are corrected, have to come to what an independent calculation says, to the last
/// digit.
class AccountingHistoriesTest {

    private static final int SEEDS = 334;
    private static final int HISTORIES = 30;

    @TempDir Path state;

    @Test
    void ten_thousand_histories_drift_by_exactly_nothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            GeneratedTraffic traffic = new GeneratedTraffic(seed, HISTORIES);
            try (AccountingDriver driver =
                    new AccountingDriver(
                            Attempts.OTHER_PRICES.getFirst(),
                            START.plus(Duration.ofHours(3)),
                            state.resolve("seed-" + seed),
                            Stores::inMemoryKeyValueStore)) {
                SplittableRandom random = new SplittableRandom(seed);
                play(traffic.early(), driver, random);
                driver.advance(Duration.ofHours(1));
                play(traffic.late(), driver, random);
                driver.advance(Duration.ofHours(1));
                driver.publish(Attempts.PRICES);

                compare(driver, traffic, "seed " + seed);
            }
        }
    }

    private static void play(
            List<Attempt> records, AccountingDriver driver, SplittableRandom random) {
        int restart = random.nextInt(records.size());
        for (int i = 0; i < records.size(); i++) {
            driver.send(records.get(i));
            if (random.nextInt(50) == 0) {
                driver.advance(Duration.ofSeconds(random.nextInt(1, 10)));
            }
            if (random.nextInt(100) == 0) {
                driver.announce(
                        Attempts.OTHER_PRICES.get(random.nextInt(Attempts.OTHER_PRICES.size())));
            }
            if (random.nextInt(20) == 0) {
                driver.advance(Duration.ofMillis(200));
            }
            if (i == restart || random.nextInt(100) == 0) {
                // What was sent just now is charged, and in no sum yet.
                driver.restart();
            }
        }
    }

    private static void compare(AccountingDriver driver, GeneratedTraffic traffic, String seed) {
        Recalculation expected = new Recalculation(traffic.calls());
        assertThat(driver.letters()).as(seed).isEmpty();
        assertThat(driver.charges()).extracting(Charge::getChargeId).doesNotHaveDuplicates();
        assertThat(driver.charges())
                .as(seed + ": charges at other prices")
                .anyMatch(charge ->
                        charge.getKind() == ChargeKind.CHARGE && charge.getCorrects() != null);

        Map<UUID, Integer> signs = new HashMap<>();
        Map<UUID, BigDecimal> amounts = new HashMap<>();
        Map<UUID, Charge> standing = new HashMap<>();
        for (Charge charge : driver.charges()) {
            int sign = charge.getKind() == ChargeKind.REVERSAL ? -1 : 1;
            signs.merge(charge.getAttemptId(), sign, Integer::sum);
            if (charge.getAmount() != null) {
                amounts.merge(charge.getAttemptId(), charge.getAmount(), BigDecimal::add);
            }
            if (sign == 1) {
                standing.put(charge.getAttemptId(), charge);
            }
        }
        assertThat(signs).as(seed).hasSize(traffic.calls().size());
        assertThat(signs.values()).as(seed).allMatch(sign -> sign == 1);
        standing.forEach((attempt, charge) -> {
            BigDecimal amount = expected.amounts().get(attempt);
            assertThat(charge.getAmount()).as(seed).isEqualTo(amount);
            assertThat(amounts.getOrDefault(attempt, BigDecimal.ZERO))
                    .as(seed)
                    .isEqualByComparingTo(amount == null ? BigDecimal.ZERO : amount);
        });

        Map<String, Cost> actual = new HashMap<>();
        for (BucketLength length : BucketLength.values()) {
            actual.putAll(driver.costs(length));
            assertThat(total(driver, length)).as(seed).isEqualByComparingTo(expected.total());
            for (int history = 0; history < HISTORIES; history++) {
                String tenant = "tenant-" + history;
                assertThat(requests(driver, length, tenant))
                        .as(seed + " requests of " + tenant + " by " + length)
                        .isEqualTo(expected.requests(tenant));
            }
        }
        assertThat(actual).containsKeys(expected.sums().keySet().toArray(String[]::new));
        actual.forEach((key, cost) ->
                compare(expected.sums().getOrDefault(key, new Sum()), cost, seed + " " + key));
        assertThat(sum(driver.charges().stream().map(Charge::getSavedAmount)))
                .as(seed)
                .isEqualByComparingTo(
                        sum(
                                driver.costs(BucketLength.DAY).values().stream()
                                        .map(Cost::getSavedAmount)));
        compareLabels(driver.labelCosts(), actual, seed);
    }

    /// Every attempt has one label: the sums of its values are what the sums without it are.
    private static void compareLabels(
            Map<String, Cost> labels, Map<String, Cost> totals, String seed) {
        Map<String, List<Cost>> byGroup =
                labels.entrySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        label ->
                                                label.getKey()
                                                        .replaceFirst("^label\\|", "")
                                                        .replaceFirst("\\|team\\|[^|]*$", ""),
                                        Collectors.mapping(
                                                Map.Entry::getValue, Collectors.toList())));
        assertThat(byGroup.keySet()).as(seed).isEqualTo(totals.keySet());
        assertThat(labels.values().stream().map(Cost::getLabelValue)).as(seed).contains("(other)");
        byGroup.forEach((key, costs) -> {
            Cost total = Objects.requireNonNull(totals.get(key));
            assertThat(costs.stream().mapToLong(Cost::getAttempts).sum())
                    .as(seed + key)
                    .isEqualTo(total.getAttempts());
            assertThat(sum(costs.stream().map(Cost::getAmount)))
                    .as(seed + key)
                    .isEqualByComparingTo(sum(Stream.of(total).map(Cost::getAmount)));
            assertThat(costs)
                    .as(seed + key)
                    .allSatisfy(cost -> assertThat(cost.getAttempts()).isNotNegative())
                    .allSatisfy(cost ->
                            assertThat(cost.getLatency()).allMatch(step -> step.getAttempts() > 0));
            Map<Long, Long> steps = new TreeMap<>();
            costs.forEach(cost ->
                    cost.getLatency()
                            .forEach(step ->
                                    steps.merge(step.getUpToMs(), step.getAttempts(), Long::sum)));
            assertThat(total.getLatency())
                    .as(seed + key)
                    .allMatch(
                            step -> step.getAttempts() == steps.getOrDefault(step.getUpToMs(), 0L));
        });
    }

    private static BigDecimal sum(Stream<@Nullable BigDecimal> amounts) {
        return amounts.filter(Objects::nonNull).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// Up to the longest time of each step there are as many attempts as there should be.
    private static void compare(List<Long> expected, List<LatencyBucket> steps, String where) {
        long attempts = 0;
        for (LatencyBucket step : steps) {
            attempts += step.getAttempts();
            assertThat(attempts)
                    .as(where)
                    .isEqualTo(expected.stream().filter(time -> time <= step.getUpToMs()).count());
        }
        assertThat(attempts).as(where).isEqualTo(expected.size());
    }

    private static void compare(Sum expected, Cost actual, String where) {
        assertThat(actual.getAttempts()).as(where).isEqualTo(expected.attempts);
        compare(expected.latencies, actual.getLatency(), where);
        compare(expected.firstTokens, actual.getFirstToken(), where);
        assertThat(actual.getFailures()).as(where).isEqualTo(expected.failures);
        assertThat(actual.getUnpricedAttempts()).as(where).isEqualTo(expected.unpriced);
        assertThat(
                        actual.getInputTokens()
                                + actual.getCacheReadTokens()
                                + actual.getCacheWriteTokens()
                                + actual.getOutputTokens()
                                + actual.getReasoningTokens())
                .as(where)
                .isEqualTo(expected.tokens);
        if (actual.getCurrency() == null) {
            assertThat(actual.getAmount()).as(where).isNull();
        } else {
            assertThat(actual.getAmount()).as(where).isEqualTo(expected.amount);
            assertThat(actual.getWastedAmount()).as(where).isEqualTo(expected.wasted);
        }
    }

    private static BigDecimal total(AccountingDriver driver, BucketLength length) {
        return driver.costs(length).values().stream()
                .filter(cost -> cost.getAmount() != null)
                .map(Cost::getAmount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static long requests(AccountingDriver driver, BucketLength length, String tenant) {
        return driver.costs(length).values().stream()
                .filter(cost -> cost.getTenant().equals(tenant))
                .mapToLong(Cost::getRequests)
                .sum();
    }
}
