package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.JUNE;
import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.ended;
import static dev.millrace.accounting.stream.Attempts.started;
import static dev.millrace.accounting.stream.Attempts.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Cost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums by label, beside the others.
class LabelSumsTest {

    private static final String MAY = "label|month-2026-05|acme|ci|one|small|interactive|USD|team|";

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver = new AccountingDriver(Attempts.PRICES, START, state, Stores::inMemoryKeyValueStore);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void each_label_of_an_attempt_has_sums_of_its_own_and_none_is_in_the_totals() {
        driver.send(labelled(1, Map.of("team", "search", "cost|centre", "a|b")));
        driver.send(labelled(2, Map.of("team", "search")));
        driver.send(labelled(3, Map.of()));

        String place = "|acme|ci|one|small|interactive|USD|";
        assertThat(driver.labelCosts())
                .containsOnlyKeys(
                        "label|hour-2026-05-31T23" + place + "team|search",
                        "label|day-2026-05-31" + place + "team|search",
                        "label|month-2026-05" + place + "team|search",
                        "label|hour-2026-05-31T23" + place + "cost%7Ccentre|a%7Cb",
                        "label|day-2026-05-31" + place + "cost%7Ccentre|a%7Cb",
                        "label|month-2026-05" + place + "cost%7Ccentre|a%7Cb");
        Cost search = cost(MAY + "search");
        assertThat(search.getAttempts()).isEqualTo(2);
        assertThat(search.getLabelName()).isEqualTo("team");
        assertThat(search.getLabelValue()).isEqualTo("search");
        assertThat(driver.costs(BucketLength.MONTH).values())
                .singleElement()
                .satisfies(total -> {
                    assertThat(total.getAttempts()).isEqualTo(3);
                    assertThat(total.getLabelName()).isNull();
                });
    }

    @Test
    void the_values_beyond_the_bound_are_one_for_their_month_also_after_a_restart() {
        for (int team = 0; team < 5; team++) {
            driver.send(labelled(team, Map.of("team", "team-" + team)));
        }
        driver.restart();
        driver.send(labelled(5, Map.of("team", "team-4")));
        driver.send(labelled(6, Map.of("team", "team-2")));
        driver.send(labelled(7, Map.of("team", "team-4"), JUNE));

        assertThat(cost(MAY + "team-2").getAttempts()).isEqualTo(2);
        assertThat(cost(MAY + "(other)").getAttempts()).isEqualTo(3);
        assertThat(driver.labelCosts())
                .containsKey("label|month-2026-06|acme|ci|one|small|interactive|USD|team|team-4")
                .doesNotContainKey(MAY + "team-3");
        assertThat(driver.metric("label-capped-total")).isZero();
    }

    @Test
    void that_a_label_has_too_many_values_is_counted_once() {
        for (int team = 0; team < 9; team++) {
            driver.send(labelled(team, Map.of("team", "team-" + team)));
        }

        assertThat(driver.metric("label-capped-total")).isEqualTo(1);
    }

    @Test
    void a_corrected_price_is_corrected_in_the_sums_of_the_label_too() {
        for (int team = 0; team < 5; team++) {
            driver.send(labelled(team, Map.of("team", "team-" + team)));
        }
        Cost before = cost(MAY + "(other)");
        driver.publish(
                Attempts.prices(
                        """
                        - { provider: one, model: small, input: 4, output: 4 }
                        """));

        Cost after = cost(MAY + "(other)");
        assertThat(before.getAmount()).isEqualByComparingTo("0.004");
        assertThat(after.getAmount()).isEqualByComparingTo("0.012");
        assertThat(after.getAttempts()).isEqualTo(2);
        assertThat(after.getLatency()).isEqualTo(before.getLatency());
    }

    @Test
    void completed_attempts_are_in_the_histograms_and_others_are_not() {
        Attempt one = started(1).build();
        driver.send(
                Attempt.newBuilder(labelled(1, Map.of()))
                        .setFirstTokenAt(START.plusMillis(400))
                        .build());
        driver.send(ended(started(2).build(), AttemptOutcome.TIMED_OUT, null));
        driver.send(ended(started(3).build(), AttemptOutcome.COMPLETED, usage(1, 0, 1)));

        Cost month =
                Objects.requireNonNull(
                        driver.costs(BucketLength.MONTH)
                                .get("month-2026-05|acme|ci|one|small|interactive|USD"));
        assertThat(one.getStartedAt()).isEqualTo(START);
        assertThat(month.getLatency())
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.getUpToMs()).isEqualTo(2047);
                    assertThat(step.getAttempts()).isEqualTo(2);
                });
        assertThat(month.getFirstToken())
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.getUpToMs()).isEqualTo(415);
                    assertThat(step.getAttempts()).isEqualTo(1);
                });
        assertThat(driver.charges().getFirst().getFirstTokenAt()).isEqualTo(START.plusMillis(400));
    }

    private Cost cost(String key) {
        return Objects.requireNonNull(driver.labelCosts().get(key), key);
    }

    private static Attempt labelled(int number, Map<String, String> labels) {
        return labelled(number, labels, START);
    }

    private static Attempt labelled(int number, Map<String, String> labels, Instant start) {
        Attempt started =
                started(number)
                        .setLabels(labels)
                        .setStartedAt(start)
                        .setDeadline(start.plus(Duration.ofMinutes(5)))
                        .build();
        return ended(started, AttemptOutcome.COMPLETED, usage(1_000, 0, 500));
    }
}
