package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LaneQueuesTest {
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
    void those_that_were_throttled_leave_room_for_others_but_not_for_any_number() {
        TakenDispatch throttled = TestDispatches.taken().throttled(false, Instant.EPOCH);
        for (int number = 0; number < 32; number++) {
            queues.add(throttled);
            assertThat(queues.isFull(false, 1)).isFalse();
        }
        queues.add(throttled);
        assertThat(queues.isFull(false, 1)).isTrue();
    }
}
