package dev.millrace.worker.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RetryBudget budget = new RetryBudget(() -> now);

    @Test
    void a_lone_request_has_its_retries() {
        assertThat(taken(3)).isEqualTo(3);
    }

    @Test
    void of_many_that_are_refused_a_tenth_is_repeated() {
        int retries = 0;
        for (int i = 0; i < 1_000; i++) {
            budget.called();
        }
        for (int i = 0; i < 1_000; i++) {
            budget.called();
            retries += taken(3);
        }

        assertThat(retries).isBetween(100, 104);
    }

    @Test
    void the_reserve_fills_up_again_with_time_and_no_further() {
        taken(100);

        now = now.plus(Duration.ofMinutes(2));
        assertThat(taken(100)).isEqualTo(2);

        now = now.plus(Duration.ofDays(1));
        assertThat(taken(100)).isEqualTo(3);
    }

    private int taken(int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += budget.take() ? 1 : 0;
        }
        return taken;
    }
}
