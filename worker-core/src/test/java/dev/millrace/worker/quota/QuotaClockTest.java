package dev.millrace.worker.quota;

import static dev.millrace.worker.quota.Calls.START;
import static dev.millrace.worker.quota.Calls.granted;
import static dev.millrace.worker.quota.Calls.prompt;
import static dev.millrace.worker.quota.Calls.seconds;
import static dev.millrace.worker.quota.Calls.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuotaClockTest {
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
}
