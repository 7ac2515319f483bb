package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.quota.Cluster.Made;
import dev.millrace.worker.quota.Cluster.Work;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls that take time, of which nobody knows what they will use: outputs are distributed
/// exponentially with a mean of 500 tokens.
class LongCallsTest {
    private static final long QUOTA = 200_000;
    private static final long PROMPT = 300;

    @ParameterizedTest
    @CsvSource({"1, 0, 94", "1, 5, 93", "1, 20, 88", "4, 5, 91", "4, 20, 86", "1, 60, 70"})
    void no_minute_sees_more_than_allowed_and_most_of_it_is_used(
            int workers, int seconds, int percent) {
        Cluster cluster = new Cluster(workers, new Limits(64, null, QUOTA));

        cluster.work(420, random -> new Work(PROMPT, null, output(random), seconds * 1_000L));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(QUOTA);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(QUOTA * percent / 100.0);
    }

    @ParameterizedTest
    @CsvSource({"5, 102, 92", "20, 102, 86", "60, 102, 64"})
    void that_short_calls_end_first_deceives_nobody(int mean, int most, int percent) {
        Cluster cluster = new Cluster(1, new Limits(64, null, QUOTA));

        cluster.work(
                420,
                random -> {
                    long output = output(random);
                    return new Work(PROMPT, null, output, output * mean * 2);
                });

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(QUOTA * most / 100);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(QUOTA * percent / 100.0);
    }

    /// What was spent in the last minute does not travel, but for debts: how much outputs differ
    /// from what was thought is over the quota then.
    @Test
    void a_rebalance_storm_makes_it_little_more() {
        Cluster cluster = new Cluster(3, new Limits(64, null, QUOTA));

        for (int second = 0; second < 200; second++) {
            cluster.work(1, random -> new Work(PROMPT, null, output(random), 5_000));
            cluster.commit();
            cluster.move(true);
        }

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(QUOTA * 105 / 100);
    }

    @Test
    void what_clients_allow_is_all_that_is_kept_free() {
        Cluster cluster = new Cluster(1, new Limits(64, null, QUOTA));

        cluster.work(300, _ -> new Work(PROMPT, 100L, 100, 20_000));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(QUOTA);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(QUOTA * 0.94);
    }

    /// A model that was never called may answer with 4,096 tokens.
    @ParameterizedTest
    @CsvSource({"6000, 5", "6000, 100", "10000, 100", "30000, 500"})
    void a_small_quota_does_not_wait_long_until_a_model_is_known(long quota, long output) {
        Cluster cluster = new Cluster(1, new Limits(64, null, quota));

        cluster.work(420, _ -> new Work(200, null, output, 1_000));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(quota);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(quota * 0.8);
    }

    private static long output(Random random) {
        return 1 + (long) (-Math.log(1 - random.nextDouble()) * 500);
    }
}
