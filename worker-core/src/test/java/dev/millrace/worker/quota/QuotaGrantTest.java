package dev.millrace.worker.quota;

import static dev.millrace.worker.quota.Calls.START;
import static dev.millrace.worker.quota.Calls.granted;
import static dev.millrace.worker.quota.Calls.prompt;
import static dev.millrace.worker.quota.Calls.seconds;
import static dev.millrace.worker.quota.Calls.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuotaGrantTest {
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
        Grant grant = granted(share, new Demand("m", 100, null));

        share.used(grant, used(100, 30_000), START);

        assertThat(share.wait(prompt(100), START)).isBetween(seconds(28), seconds(30));
        assertThat(share.forecast(new Demand("m", 100, 10L))).isEqualTo(110);
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
        Demand demand = new Demand("m", 100, null);
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

        share.used(granted(share, new Demand("m", 100, 200L)), used(100, 90_000), START);

        assertThat(share.wait(prompt(4_600), START)).isZero();
        assertThat(share.wait(prompt(4_800), START)).isPositive();
    }

    @Test
    void answers_that_do_grow_are_known_after_a_few_calls() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 10_000_000L));
        share.takeOver(null, 1, START);
        Demand demand = new Demand("m", 100, null);
        for (int call = 0; call < 12; call++) {
            share.used(granted(share, demand), used(100, 20_000), START);
        }

        assertThat(share.forecast(demand)).isGreaterThan(10_000);
    }

    @Test
    void no_forecast_is_larger_than_the_workers_share_of_a_minute() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 2_000L));
        share.takeOver(null, 2, START);

        assertThat(share.forecast(new Demand("m", 100, null))).isEqualTo(1_000);
        assertThat(share.forecast(new Demand("m", 1_500, null))).isEqualTo(1_500);
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
    void a_prompt_that_is_larger_than_the_whole_quota_is_never_granted() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 1_000L));
        share.takeOver(null, 1, START);

        assertThat(share.tokensPerMinute()).isEqualTo(1_000);
        assertThat(share.isTooLarge(prompt(1_250))).isFalse();
        assertThat(share.isTooLarge(prompt(1_251))).isTrue();
        assertThat(share.ask(prompt(1_251), false, START)).isNull();
        assertThat(share.ask(prompt(1_251), false, START.plusSeconds(600))).isNull();
        assertThat(share.ask(prompt(1_000), false, START.plusSeconds(600))).isNotNull();
    }

    @Test
    void one_that_may_be_estimated_too_high_is_granted_and_alone_in_its_minute() {
        QuotaShare share = new QuotaShare(new Limits(64, null, 1_000L));
        share.takeOver(null, 1, START);
        Grant large = granted(share, prompt(1_200));
        assertThat(large.tokens()).isEqualTo(1_000);

        share.used(large, used(950, 0), START);

        assertThat(share.ask(prompt(100), false, START.plusSeconds(55))).isNull();
        assertThat(share.ask(prompt(100), false, START.plusSeconds(62))).isNotNull();
    }

    @Test
    void metadata_that_is_not_ours_is_left_as_it_is() {
        assertThat(QuotaShare.strip("m1:abc")).isEqualTo("m1:abc");
        assertThat(QuotaShare.strip("q1:12,13,1;m1:abc")).isEqualTo("m1:abc");
        assertThat(Handover.of("q1:12,x,1;")).isNull();
        assertThat(new Handover(Long.MIN_VALUE, Long.MIN_VALUE, true).text().length())
                .isLessThanOrEqualTo(Handover.LONGEST);
    }
}
