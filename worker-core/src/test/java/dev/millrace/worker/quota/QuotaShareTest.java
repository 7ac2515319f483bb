package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.quota.Cluster.Made;
import dev.millrace.worker.quota.Cluster.Work;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaShareTest {
    private static final ToLongFunction<Made> ONE = _ -> 1;

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "1, 60", "1, 10000", "3, 60", "3, 1000", "12, 120"})
    void no_minute_sees_more_requests_than_allowed_and_nine_tenths_are_used(
            int workers, long perMinute) {
        Cluster cluster = new Cluster(workers, new Limits(64, perMinute, null));

        cluster.work(300, _ -> Work.of(0));

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(perMinute);
        assertThat(cluster.perMinute(ONE)).isGreaterThanOrEqualTo(perMinute * 0.9);
    }

    @ParameterizedTest
    @CsvSource({"1, 10000, 0.9", "3, 3000, 0.9", "1, 40000, 0.8", "3, 40000, 0.8"})
    void nor_more_tokens_however_unlike_the_calls_are(int workers, int largest, double used) {
        Cluster cluster = new Cluster(workers, new Limits(64, null, 200_000L));

        cluster.work(300, random -> Work.of(unlike(random, largest)));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(200_000 * used);
    }

    @Test
    void a_rebalance_storm_changes_neither() {
        Cluster cluster = new Cluster(3, new Limits(64, 600L, 200_000L));

        for (int second = 0; second < 300; second++) {
            cluster.work(1, _ -> Work.of(320));
            cluster.commit();
            cluster.move(true);
        }

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(600);
        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
        assertThat(cluster.perMinute(ONE)).isGreaterThanOrEqualTo(600 * 0.9);
    }

    @Test
    void workers_that_are_killed_one_after_the_other_spend_no_more_than_allowed() {
        Cluster cluster = new Cluster(3, new Limits(64, 600L, 200_000L));

        for (int second = 0; second < 300; second++) {
            cluster.work(1, _ -> Work.of(320));
            cluster.commit();
            cluster.move(false);
        }

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(600);
        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
    }

    @Test
    void what_was_not_asked_for_yesterday_is_not_asked_for_today() {
        Cluster cluster = new Cluster(2, new Limits(64, 100L, null));
        cluster.work(10, _ -> Work.of(0));

        cluster.rest(86_400);
        cluster.work(180, _ -> Work.of(0));

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(100);
    }

    @Test
    void a_call_that_is_larger_than_a_minutes_share_is_made_alone_in_its_minute() {
        Cluster cluster = new Cluster(2, new Limits(64, null, 1_000L));

        cluster.work(600, _ -> Work.of(750));

        assertThat(cluster.calls()).hasSizeBetween(10, 14);
        assertThat(cluster.most(ONE)).isEqualTo(2);
    }

    private static long unlike(Random random, int largest) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(largest / 4, largest);
            case 1, 2, 3 -> random.nextLong(largest / 40, largest / 4);
            default -> random.nextLong(10, largest / 40);
        };
    }
}
