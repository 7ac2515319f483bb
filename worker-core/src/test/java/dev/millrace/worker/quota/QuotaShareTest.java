package dev.millrace.worker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.quota.Cluster.Made;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaShareTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ToLongFunction<Made> ONE = _ -> 1;

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "1, 60", "1, 10000", "3, 60", "3, 1000", "12, 120"})
    void no_minute_sees_more_requests_than_allowed_and_nine_tenths_are_used(
            int workers, long perMinute) {
        Cluster cluster = new Cluster(workers, new Limits(64, perMinute, null));

        cluster.work(300, _ -> 0);

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(perMinute);
        assertThat(cluster.perMinute(ONE)).isGreaterThanOrEqualTo(perMinute * 0.9);
    }

    @ParameterizedTest
    @CsvSource({"1, 10000, 0.9", "3, 3000, 0.9", "1, 40000, 0.8", "3, 40000, 0.8"})
    void nor_more_tokens_however_unlike_the_calls_are(int workers, int largest, double used) {
        Cluster cluster = new Cluster(workers, new Limits(64, null, 200_000L));

        cluster.work(300, random -> unlike(random, largest));

        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
        assertThat(cluster.perMinute(Made::tokens)).isGreaterThanOrEqualTo(200_000 * used);
    }

    @Test
    void a_rebalance_storm_changes_neither() {
        Cluster cluster = new Cluster(3, new Limits(64, 600L, 200_000L));

        for (int second = 0; second < 300; second++) {
            cluster.work(1, _ -> 320);
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
            cluster.work(1, _ -> 320);
            cluster.commit();
            cluster.move(false);
        }

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(600);
        assertThat(cluster.most(Made::tokens)).isLessThanOrEqualTo(200_000);
    }

    @Test
    void what_was_not_asked_for_yesterday_is_not_asked_for_today() {
        Cluster cluster = new Cluster(2, new Limits(64, 100L, null));
        cluster.work(10, _ -> 0);

        cluster.rest(86_400);
        cluster.work(180, _ -> 0);

        assertThat(cluster.most(ONE)).isLessThanOrEqualTo(100);
    }

    @Test
    void a_call_that_is_larger_than_a_minutes_share_is_made_alone_in_its_minute() {
        Cluster cluster = new Cluster(1, new Limits(64, null, 1_000L));

        cluster.work(600, _ -> 1_500);

        assertThat(cluster.calls()).hasSizeBetween(5, 7);
        assertThat(cluster.most(ONE)).isEqualTo(1);
    }

    @Test
    void who_knows_nothing_of_what_was_spent_begins_with_nothing() {
        QuotaShare share = new QuotaShare(new Limits(64, 60L, null));

        share.takeOver("m1:other", 1, START);

        assertThat(share.ask(prompt(0), false, START)).isNull();
        assertThat(share.wait(prompt(0), START)).isBetween(seconds(1), seconds(2));
    }

    @Test
    void a_provider_that_nobody_served_begins_with_all() {
        QuotaShare share = new QuotaShare(new Limits(64, 60L, null));

        share.takeOver(null, 1, START);

        assertThat(share.ask(prompt(0), false, START)).isNotNull();
    }

    @Test
    void calls_count_with_what_they_used_and_not_with_what_was_thought() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 60_000L));
        share.takeOver(null, 1, START);
        Grant grant = granted(share, new Demand(100, null));

        share.used(grant, used(100, 30_000), START);

        assertThat(share.wait(prompt(100), START)).isBetween(seconds(28), seconds(30));
        assertThat(share.forecast(new Demand(100, 10L))).isEqualTo(110);
    }

    @Test
    void a_server_that_lies_about_its_usage_stops_nobody_for_longer_than_a_minute() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 60_000L));
        share.takeOver(null, 1, START);
        Grant grant = granted(share, prompt(1_000));

        share.used(grant, used(1L << 60, 1L << 60), START);

        Instant later = START.plusSeconds(62);
        assertThat(share.wait(prompt(1_000), START)).isGreaterThan(seconds(59));
        assertThat(share.ask(prompt(1_000), false, later)).isNotNull();
    }

    @Test
    void one_lie_about_completions_changes_little_of_what_is_thought_of_the_next() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 1_000_000L));
        share.takeOver(null, 1, START);
        Demand demand = new Demand(100, null);
        share.used(granted(share, demand), used(100, 500), START);
        Grant lie = granted(share, demand);

        share.used(lie, used(100, 1L << 60), START);

        assertThat(share.forecast(demand)).isBetween(600L, 10_000L);
        assertThat(share.wait(demand, START.plusSeconds(62))).isZero();
    }

    @Test
    void a_completion_counts_as_no_more_than_the_client_allowed() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 100_000L));
        share.takeOver(null, 1, START);

        share.used(granted(share, new Demand(100, 200L)), used(100, 90_000), START);

        assertThat(share.wait(prompt(4_600), START)).isZero();
        assertThat(share.wait(prompt(4_800), START)).isPositive();
    }

    @Test
    void answers_that_do_grow_are_known_after_a_few_calls() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 10_000_000L));
        share.takeOver(null, 1, START);
        Demand demand = new Demand(100, null);
        for (int call = 0; call < 12; call++) {
            share.used(granted(share, demand), used(100, 20_000), START);
        }

        assertThat(share.forecast(demand)).isGreaterThan(10_000);
    }

    @Test
    void no_forecast_is_larger_than_the_workers_share_of_a_minute() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 2_000L));
        share.takeOver(null, 2, START);

        assertThat(share.forecast(new Demand(100, null))).isEqualTo(1_000);
        assertThat(share.forecast(new Demand(1_500, null))).isEqualTo(1_500);
    }

    @Test
    void a_clock_that_is_put_back_neither_stops_the_provider_nor_forgets_what_was_spent() {
        QuotaShare share = new QuotaShare(new Limits(64, 2L, null));
        share.takeOver(null, 1, START);
        granted(share, prompt(0));
        assertThat(share.ask(prompt(0), false, START.plusSeconds(40))).isNotNull();

        Instant back = START.minusSeconds(3_600);

        assertThat(share.wait(prompt(0), back)).isBetween(seconds(31), seconds(32));
        assertThat(share.ask(prompt(0), false, back.plusSeconds(32))).isNotNull();
        assertThat(share.wait(prompt(0), back.plusSeconds(33))).isGreaterThan(seconds(29));
    }

    @Test
    void a_call_that_ends_after_the_clock_was_put_back_counts_with_what_it_used() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 60_000L));
        share.takeOver(null, 1, START);
        Grant grant = granted(share, prompt(30_000));
        Instant back = START.minusSeconds(3_600);

        share.used(grant, used(3_000, 0), back);

        assertThat(share.ask(prompt(40_000), false, back.plusSeconds(4))).isNotNull();
    }

    @Test
    void a_predecessor_whose_clock_was_ahead_stops_nobody_for_longer_than_a_minute() {
        QuotaShare ahead = new QuotaShare(new Limits(64, 60L, 1_000L));
        ahead.takeOver(null, 1, START.plusSeconds(3_600));
        String metadata = ahead.handover(true);
        QuotaShare share = new QuotaShare(new Limits(64, 60L, 1_000L));

        share.takeOver(metadata, 1, START);

        assertThat(share.ask(prompt(1), false, START)).isNull();
        assertThat(share.ask(prompt(1), false, START.plusSeconds(62))).isNotNull();
    }

    @Test
    void what_is_handed_over_after_the_clock_was_put_back_is_told_in_its_time() {
        QuotaShare share = new QuotaShare(new Limits(64, 60L, null));
        share.takeOver(null, 1, START);
        Instant back = START.minusSeconds(3_600);
        granted(share, prompt(0));
        assertThat(share.ask(prompt(0), false, back)).isNotNull();
        assertThat(share.ask(prompt(0), false, back)).isNotNull();
        QuotaShare next = new QuotaShare(new Limits(64, 60L, null));

        next.takeOver(share.handover(true), 1, back);

        assertThat(share.wait(prompt(0), back)).isGreaterThan(Duration.ofMillis(500));
        assertThat(next.wait(prompt(0), back))
                .isCloseTo(share.wait(prompt(0), back), Duration.ofMillis(2));
    }

    @Test
    void a_call_that_was_not_made_counts_for_nothing() {
        QuotaShare share = new QuotaShare(new Limits(64, 1L, 100L));
        share.takeOver(null, 1, START);
        Grant grant = granted(share, prompt(100));
        assertThat(share.ask(prompt(100), false, START)).isNull();

        share.unused(grant, START);

        assertThat(share.ask(prompt(100), false, START)).isNotNull();
    }

    @Test
    void limits_may_come_change_and_go_while_it_works() {
        QuotaShare share = new QuotaShare(Limits.DEFAULT);
        share.takeOver(null, 1, START);
        assertThat(share.handover(true)).isEmpty();
        assertThat(share.ask(prompt(1_000_000), false, START)).isNotNull();

        share.limit(new Limits(64, 60L, null), START);
        assertThat(share.ask(prompt(0), false, START)).isNull();
        assertThat(share.ask(prompt(0), false, START.plusSeconds(2))).isNotNull();

        share.limit(Limits.DEFAULT, START);
        assertThat(share.ask(prompt(0), false, START.plusSeconds(2))).isNotNull();
    }

    @Test
    void batches_get_a_tenth() {
        QuotaShare share = new QuotaShare(new Limits(64, 10_000L, null));
        share.takeOver(null, 1, START);
        int batch = 0;

        for (int i = 0; i < 100; i++) {
            boolean turn = share.batchBelowFloor(START);
            assertThat(share.ask(prompt(0), turn, START)).isNotNull();
            batch += turn ? 1 : 0;
        }

        assertThat(batch).isBetween(10, 11);
    }

    @Test
    void metadata_that_is_not_ours_is_left_as_it_is() {
        assertThat(QuotaShare.strip("m1:abc")).isEqualTo("m1:abc");
        assertThat(QuotaShare.strip("q1:12,13,1;m1:abc")).isEqualTo("m1:abc");
        assertThat(Handover.of("q1:12,x,1;")).isNull();
        assertThat(new Handover(Long.MIN_VALUE, Long.MIN_VALUE, true).text().length())
                .isLessThanOrEqualTo(Handover.LONGEST);
    }

    private static Grant granted(QuotaShare share, Demand demand) {
        return Objects.requireNonNull(share.ask(demand, false, START));
    }

    /// A call without a completion.
    private static Demand prompt(long tokens) {
        return new Demand(tokens, 0L);
    }

    private static TokenUsage used(long prompt, long completion) {
        return new TokenUsage(prompt, 0, 0, completion, 0, false);
    }

    private static long unlike(Random random, int largest) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(largest / 4, largest);
            case 1, 2, 3 -> random.nextLong(largest / 40, largest / 4);
            default -> random.nextLong(10, largest / 40);
        };
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
