package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.completed;
import static dev.millrace.accounting.stream.Attempts.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Rebuild;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildTest {

    private static final int ATTEMPTS = 20;

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver =
                new AccountingDriver(
                        Attempts.PRICES,
                        Attempts.START.plusSeconds(60),
                        state,
                        Stores::inMemoryKeyValueStore);
        for (int i = 1; i <= ATTEMPTS; i++) {
            driver.send(completed(i));
        }
        // Reversals and replacements among them
        driver.publish(Attempts.OTHER_PRICES.getFirst());
        driver.publish(Attempts.PRICES);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void sums_that_are_right_are_the_same_byte_for_byte_and_nothing_is_written() {
        Map<String, byte[]> before = sums();
        int written = driver.costs(BucketLength.HOUR).size();

        Rebuild rebuild = rebuild(true);

        assertThat(rebuild.getCharges()).isEqualTo(driver.charges().size());
        assertThat(rebuild.getSums()).isEqualTo(before.size());
        assertThat(rebuild.getChanged()).isZero();
        assertThat(rebuild.getCompleteFrom()).isNull();
        assertSums(before);
        assertThat(driver.costs(BucketLength.HOUR)).hasSize(written);
    }

    @Test
    void a_sum_that_is_wrong_missing_or_of_nothing_is_put_right_in_store_and_topics() {
        Map<String, byte[]> before = sums();
        Map<String, Cost> hours = Map.copyOf(driver.costs(BucketLength.HOUR));
        String hour = hours.keySet().iterator().next();
        String label = driver.labelCosts().keySet().iterator().next();
        byte[] wrong =
                Objects.requireNonNull(before.get(hour.replaceFirst("hour-(.{10})T..", "day-$1")));
        driver.sums().put(hour, wrong);
        driver.sums().put(label, null);
        driver.sums().put(hour.replace("acme", "nobody"), before.get(hour));

        assertThat(rebuild(false).getChanged()).isEqualTo(3);
        assertThat(driver.sums().get(hour)).isEqualTo(wrong);
        assertThat(rebuild(true).getChanged()).isEqualTo(3);

        assertSums(before);
        assertThat(driver.costs(BucketLength.HOUR)).containsAllEntriesOf(hours);
        assertThat(driver.costs(BucketLength.HOUR))
                .containsEntry(hour.replace("acme", "nobody"), null);
        assertThat(rebuild(true).getChanged()).isZero();
    }

    @Test
    void charges_that_are_booked_on_the_way_are_in_the_sums_once() {
        driver.askForRebuild(true);
        for (int i = ATTEMPTS + 1; driver.rebuilds().isEmpty(); i++) {
            driver.send(completed(i));
            driver.advance(Duration.ofMillis(50));
            driver.send(started(i + 10_000).build());
        }

        assertThat(driver.rebuilds().getFirst().getChanged()).isZero();
        assertThat(rebuild(true).getChanged()).isZero();
    }

    @Test
    void a_restart_on_the_way_begins_again_and_leaves_nothing_behind() {
        Map<String, byte[]> before = sums();
        driver.sums().put(before.keySet().iterator().next(), null);
        driver.askForRebuild(true);
        driver.advance(Duration.ofSeconds(1));
        driver.advance(Duration.ofMillis(50));
        assertThat(keys("rebuild|")).isNotEmpty();

        driver.restart();
        awaitRebuilds(1);

        assertThat(driver.rebuilds().getFirst().getChanged()).isEqualTo(1);
        assertSums(before);
        assertThat(keys("rebuild|")).isEmpty();
    }

    @Test
    void the_sums_are_checked_from_time_to_time_without_anybody_asking() {
        String hour = driver.costs(BucketLength.HOUR).keySet().iterator().next();
        driver.sums().put(hour, null);

        driver.advance(AccountingDriver.CHECK_EVERY);
        awaitRebuilds(1);

        Rebuild check = driver.rebuilds().getFirst();
        assertThat(check.getApply()).isFalse();
        assertThat(check.getAuthor()).isEqualTo("accounting");
        assertThat(check.getChanged()).isEqualTo(1);
        assertThat(driver.sums().get(hour)).isNull();
        driver.advance(Duration.ofDays(1));
        assertThat(driver.rebuilds()).hasSize(1);
    }

    private Rebuild rebuild(boolean apply) {
        int before = driver.rebuilds().size();
        driver.askForRebuild(apply);
        awaitRebuilds(before + 1);
        return driver.rebuilds().getLast();
    }

    private void awaitRebuilds(int count) {
        for (int tick = 0; tick < 10_000 && driver.rebuilds().size() < count; tick++) {
            driver.advance(Duration.ofMillis(50));
        }
        assertThat(driver.rebuilds()).hasSize(count);
    }

    private void assertSums(Map<String, byte[]> expected) {
        Map<String, byte[]> now = sums();
        assertThat(now).containsOnlyKeys(expected.keySet().toArray(String[]::new));
        expected.forEach((key, sum) -> assertThat(now.get(key)).as(key).isEqualTo(sum));
    }

    private Map<String, byte[]> sums() {
        driver.costs(BucketLength.HOUR);
        Map<String, byte[]> sums = new HashMap<>();
        KeyValueStore<String, byte[]> store = driver.sums();
        try (KeyValueIterator<String, byte[]> all = store.range("day-", "month.")) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> one = all.next();
                sums.put(one.key, one.value);
            }
        }
        return sums;
    }

    private List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = driver.sums().range(prefix, prefix + "~")) {
            while (all.hasNext()) {
                keys.add(all.next().key);
            }
        }
        return keys;
    }
}
