package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OvertakingTest {
    private static final Instant THROTTLED = Instant.parse("2026-01-01T00:00:00Z");

    private final Overtaking overtaking = new Overtaking();
    private final TakenDispatch taken = TestDispatches.taken().throttled(false, THROTTLED);

    @Test
    void one_is_overtaken_by_a_later_call_to_its_model() {
        String model = taken.dispatch().getUpstreamModel();

        overtaking.served(model, THROTTLED);
        assertThat(overtaking.of(taken)).isFalse();
        overtaking.served(model, THROTTLED.plusMillis(1));
        overtaking.served(model, THROTTLED.minusMillis(1));

        assertThat(overtaking.of(taken)).isTrue();
        assertThat(overtaking.of(TestDispatches.taken())).as("never throttled").isFalse();
    }

    @Test
    void calls_to_other_models_say_nothing() {
        overtaking.served("another", THROTTLED.plusMillis(1));

        assertThat(overtaking.of(taken)).isFalse();
    }
}
