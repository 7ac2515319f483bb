package dev.millrace.worker.quota;

import static dev.millrace.worker.quota.Calls.START;
import static dev.millrace.worker.quota.Calls.granted;
import static dev.millrace.worker.quota.Calls.seconds;
import static dev.millrace.worker.quota.Calls.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.quota.Cluster.Made;
import dev.millrace.worker.quota.Cluster.Work;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls that count with the most that they may use until they have ended: no minute is over the
/// quota then, whatever models answer.
class ReservedCompletionTest {
    private static final long PROMPT = 200;
    private static final long MOST = 2_000;

    @ParameterizedTest
    @CsvSource({"1, 6000, 1000", "1, 60000, 30000", "3, 60000, 30000"})
    void no_minute_is_over_the_quota_whatever_calls_use(int workers, long quota, long millis) {
        Cluster cluster = new Cluster(workers, limits(quota));

        cluster.work(420, random -> new Work(PROMPT, null, wild(random), random.nextLong(millis)));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(quota);
        assertThat(cluster.calls()).hasSizeGreaterThan(7);
    }

    @Test
    void not_while_partitions_move_either() {
        Cluster cluster = new Cluster(3, limits(200_000));

        for (int second = 0; second < 200; second++) {
            cluster.work(1, random -> new Work(PROMPT, null, wild(random), 5_000));
            cluster.commit();
            cluster.move(true);
        }

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
    }

    @ParameterizedTest
    @CsvSource({"0", "2000", "20000"})
    void where_calls_use_what_they_may_nine_tenths_are_used(long millis) {
        Cluster cluster = new Cluster(1, limits(200_000));

        cluster.work(420, _ -> new Work(PROMPT, MOST, MOST, millis));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(180_000);
    }

    @Test
    void what_the_request_allows_counts_before_what_is_configured() {
        QuotaShare share = share(60_000);

        assertThat(granted(share, new Demand("m", 100, null)).tokens()).isEqualTo(2_100);
        assertThat(share.forecast(new Demand("m", 100, 50L))).isEqualTo(150);
        assertThat(share.forecast(new Demand("m", 100, 0L))).isEqualTo(100);
        assertThat(share(1_000_000).forecast(new Demand("m", 100, 256_000L))).isEqualTo(256_100);
    }

    @Test
    void what_a_call_did_not_use_is_given_back_when_it_ends() {
        QuotaShare share = share(2_200);
        Demand demand = new Demand("m", 100, null);
        Grant first = granted(share, demand);
        assertThat(share.wait(demand, START)).isGreaterThan(seconds(59));

        share.used(first, used(100, 0), START);

        assertThat(share.wait(demand, START)).isLessThan(seconds(59));
        assertThat(share.wait(new Demand("m", 100, 0L), START)).isLessThan(seconds(4));
    }

    @Test
    void a_call_that_may_use_more_than_the_quota_is_never_granted() {
        QuotaShare share = share(6_000);

        assertThat(share.isTooLarge(new Demand("m", 4_000, null))).isFalse();
        assertThat(share.isTooLarge(new Demand("m", 4_001, null))).isTrue();
        assertThat(share.isTooLarge(new Demand("m", 100, 5_900L))).isFalse();
        assertThat(share.isTooLarge(new Demand("m", 100, 5_901L))).isTrue();
        assertThat(share.ask(new Demand("m", 100, 5_901L), false, START)).isNull();
    }

    @Test
    void it_can_be_switched_off_while_calls_are_made() {
        QuotaShare share = share(60_000);
        Grant before = granted(share, new Demand("m", 100, null));

        share.limit(new Limits(64, null, 60_000L), START);
        share.used(before, used(100, 700), START);

        assertThat(share.forecast(new Demand("m", 100, null))).isNotEqualTo(2_100);
        assertThat(share.isTooLarge(new Demand("m", 100, 60_000L))).isFalse();
    }

    private static QuotaShare share(long quota) {
        QuotaShare share = new QuotaShare(limits(quota));
        share.takeOver(null, 1, START);
        return share;
    }

    private static Limits limits(long quota) {
        return new Limits(64, null, quota, MOST);
    }

    /// Many short ones and a few of the longest that there may be.
    private static long wild(Random random) {
        return random.nextInt(10) == 0 ? MOST : random.nextInt(50);
    }
}
