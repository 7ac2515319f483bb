package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.quota.Demand;
import dev.millrace.worker.quota.QuotaShare;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A quota of 60 calls and 6,000 tokens a minute: three calls, or 300 tokens, at once, then 0.95
/// calls or 95 tokens a second.
class BacklogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final QuotaShare quota = new QuotaShare(new Limits(64, 60L, 6_000L));
    private Backlog backlog;

    @BeforeEach
    void begin() {
        quota.takeOver(null, 1, NOW);
        backlog = new Backlog(quota, NOW);
    }

    @Test
    void those_that_wait_for_more_than_two_seconds_are_late() {
        for (int call = 0; call < 4; call++) {
            assertThat(backlog.isLate(tokens(10), true)).isFalse();
        }
        assertThat(backlog.longest()).isZero();

        assertThat(backlog.isLate(tokens(10), true)).isTrue();

        assertThat(backlog.longest()).isBetween(Duration.ofMillis(2_100), Duration.ofMillis(2_110));
    }

    @Test
    void tokens_count_as_calls_do() {
        assertThat(backlog.isLate(tokens(300), true)).isFalse();
        assertThat(backlog.isLate(tokens(200), true)).isTrue();
        assertThat(backlog.isLate(tokens(180), true)).isFalse();
    }

    @Test
    void those_that_leave_make_nobody_wait() {
        assertThat(backlog.isLate(tokens(3_000), true)).isTrue();
        assertThat(backlog.isLate(tokens(1_500), true)).isTrue();
        assertThat(backlog.isLate(tokens(300), true)).isFalse();

        assertThat(backlog.longest()).isGreaterThan(Duration.ofSeconds(28));
    }

    @Test
    void those_that_have_nowhere_to_go_stay_and_make_the_others_wait() {
        assertThat(backlog.isLate(tokens(3_000), false)).isFalse();

        assertThat(backlog.isLate(tokens(10), true)).isTrue();
    }

    private static Demand tokens(long number) {
        return new Demand("m", number, 0L);
    }
}
