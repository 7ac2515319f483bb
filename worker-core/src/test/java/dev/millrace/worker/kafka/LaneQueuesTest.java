package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.window.LaneShare;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LaneQueuesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final LaneQueues queues = new LaneQueues();

    @Test
    void a_lane_is_full_with_a_windows_worth() {
        queues.add(TestDispatches.taken());
        assertThat(queues.isFull(false, 2)).isFalse();
        queues.add(TestDispatches.taken());
        assertThat(queues.isFull(false, 2)).isTrue();
        assertThat(queues.isFull(true, 2)).isFalse();
    }

    @Test
    void one_that_is_not_due_lets_others_pass_until_it_is() {
        TakenDispatch later = TestDispatches.taken().notBefore(NOW.plusSeconds(3));
        TakenDispatch other = TestDispatches.taken();
        queues.add(later);
        assertThat(queues.peek(LaneShare.Next.INTERACTIVE, NOW)).isNull();
        queues.add(other);

        assertThat(queues.peek(LaneShare.Next.INTERACTIVE, NOW)).isSameAs(other);
        assertThat(queues.peek(LaneShare.Next.INTERACTIVE, NOW.plusSeconds(3))).isSameAs(later);
        queues.remove(other);
        assertThat(queues.take(taken -> taken == later)).hasSize(1);
        assertThat(queues.isEmpty()).isTrue();
    }

    @Test
    void those_that_were_throttled_leave_room_for_others_but_not_for_any_number() {
        TakenDispatch throttled = TestDispatches.taken().throttled(false, NOW);
        for (int number = 0; number < 32; number++) {
            queues.add(throttled);
            assertThat(queues.isFull(false, 1)).isFalse();
        }
        queues.add(throttled);
        assertThat(queues.isFull(false, 1)).isTrue();
    }
}
