package dev.millrace.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DispatchFenceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final DispatchFence fence = new DispatchFence(Duration.ofMinutes(2), 3);
    private final UUID dispatch = new UUID(1, 1);

    @Test
    void the_first_record_of_a_dispatch_runs_and_no_other() {
        assertThat(fence.admit(dispatch, 5, NOW)).isTrue();
        assertThat(fence.admit(dispatch, 9, NOW.plusSeconds(1))).isFalse();
        assertThat(fence.admit(dispatch, 5, NOW.plusSeconds(2))).isTrue();
        assertThat(fence.admit(new UUID(1, 2), 6, NOW)).isTrue();
    }

    @Test
    void memory_is_bounded_by_time() {
        for (int i = 0; i < 1000; i++) {
            fence.admit(new UUID(2, i), i, NOW.plusSeconds(i));
        }

        assertThat(fence.size()).isEqualTo(121);
    }

    @Test
    void the_newest_are_known_however_long_the_router_was_away() {
        for (int i = 0; i < 10; i++) {
            fence.admit(new UUID(2, i), i, NOW);
        }

        Instant later = NOW.plus(Duration.ofHours(5));
        assertThat(fence.admit(new UUID(2, 9), 10, later)).isFalse();
        assertThat(fence.admit(new UUID(2, 7), 11, later)).isFalse();
        assertThat(fence.size()).isEqualTo(3);
    }
}
