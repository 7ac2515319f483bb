package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.quota.Demand;
import dev.millrace.worker.quota.Grant;
import dev.millrace.worker.quota.QuotaShare;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// In a time that passes only while somebody pauses.
class AllowanceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PROMPT = 7;
    private static final Demand NOTHING = new Demand("m", 0, 0L);

    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final Deadline deadline = new Deadline(START.plusSeconds(60), clock);

    @Test
    void a_granted_run_makes_its_first_call_at_once_and_waits_shortly_for_its_second() {
        QuotaShare quota = quota(new Limits(64, 60L, null));
        take(quota, 2);
        Allowance allowance = allowance(quota, quota.ask(NOTHING, false, now));

        assertThat(allowance.await(PROMPT, deadline)).isTrue();
        assertThat(pauses).isEmpty();
        allowance.used(TokenUsage.NONE);

        assertThat(allowance.await(PROMPT, deadline)).isTrue();
        assertThat(pauses).hasSize(1);
        assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(900), Duration.ofMillis(1_100));
    }

    @Test
    void nobody_waits_for_longer_than_a_slot_is_kept() {
        QuotaShare quota = quota(new Limits(64, 20L, null));
        take(quota, 1);
        Allowance allowance = allowance(quota, null);

        assertThat(allowance.await(PROMPT, deadline)).isFalse();
        assertThat(pauses).isEmpty();

        now = now.plusMillis(1_500);
        assertThat(allowance.await(PROMPT, deadline)).isTrue();
        assertThat(pauses).hasSize(1);
    }

    @Test
    void not_even_if_others_take_what_it_waits_for() {
        QuotaShare quota = quota(new Limits(64, 60L, null));
        take(quota, 3);
        Allowance allowance =
                new Allowance(
                        TestDispatches.taken(),
                        quota,
                        clock,
                        pause -> {
                            rest(pause);
                            return quota.ask(NOTHING, false, now) != null;
                        },
                        null);

        assertThat(allowance.await(PROMPT, deadline)).isFalse();

        assertThat(pauses).hasSize(1);
    }

    @Test
    void nor_beyond_the_deadline() {
        QuotaShare quota = quota(new Limits(64, 60L, null));
        take(quota, 3);

        assertThat(allowance(quota, null).await(PROMPT, new Deadline(now.plusMillis(500), clock)))
                .isFalse();

        assertThat(pauses).isEmpty();
    }

    @Test
    void a_run_that_has_to_stop_waits_no_more() {
        QuotaShare quota = quota(new Limits(64, 60L, null));
        take(quota, 3);
        Allowance allowance = new Allowance(TestDispatches.taken(), quota, clock, _ -> false, null);

        assertThat(allowance.await(PROMPT, deadline)).isTrue();

        assertThat(allowance.take(PROMPT)).isFalse();
    }

    @Test
    void what_was_granted_and_not_used_goes_back_when_the_run_ends() {
        QuotaShare quota = quota(new Limits(64, 1L, null));
        Allowance allowance = allowance(quota, null);
        assertThat(allowance.take(PROMPT)).isTrue();
        assertThat(allowance.take(PROMPT)).isTrue();
        assertThat(quota.ask(NOTHING, false, now)).isNull();

        allowance.end();
        allowance.end();

        take(quota, 1);
        assertThat(quota.ask(NOTHING, false, now)).isNull();
    }

    @Test
    void what_was_used_is_used_when_the_run_ends() {
        QuotaShare quota = quota(new Limits(64, 1L, null));
        Allowance allowance = allowance(quota, null);
        assertThat(allowance.take(PROMPT)).isTrue();

        allowance.used(TokenUsage.NONE);
        allowance.end();

        assertThat(quota.ask(NOTHING, false, now)).isNull();
    }

    private Allowance allowance(QuotaShare quota, @Nullable Grant first) {
        return new Allowance(TestDispatches.taken(), quota, clock, this::rest, first);
    }

    private boolean rest(Duration pause) {
        pauses.add(pause);
        now = now.plus(pause);
        return true;
    }

    private void take(QuotaShare quota, int calls) {
        for (int call = 0; call < calls; call++) {
            Objects.requireNonNull(quota.ask(NOTHING, false, now));
        }
    }

    private static QuotaShare quota(Limits limits) {
        QuotaShare quota = new QuotaShare(limits);
        quota.takeOver(null, 1, START);
        return quota;
    }
}
