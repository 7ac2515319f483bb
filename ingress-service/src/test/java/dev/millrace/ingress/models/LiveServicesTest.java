package dev.millrace.ingress.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.models.ServiceInstance.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveServicesTest {

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final LiveServices services = new LiveServices(() -> now);

    @Test
    void an_instance_is_dead_after_ten_seconds_without_a_heartbeat() {
        services.hear(router(), now);

        now = now.plus(Duration.ofSeconds(9));
        assertThat(services.has(Role.ROUTER)).isTrue();

        now = now.plus(Duration.ofSeconds(1));
        assertThat(services.has(Role.ROUTER)).isFalse();

        services.hear(router(), now);
        assertThat(services.has(Role.ROUTER)).isTrue();
    }

    @Test
    void an_instance_that_says_farewell_is_gone_at_once() {
        services.hear(router(), now);

        services.gone("router-1");

        assertThat(services.now()).isEmpty();
    }

    @Test
    void a_pool_that_is_down_cannot_serve() {
        services.hear(worker(Pool.State.DOWN), now);
        assertThat(services.hasReadyPool()).isFalse();

        services.hear(worker(Pool.State.READY), now);
        assertThat(services.hasReadyPool()).isTrue();
    }

    private static ServiceInstance router() {
        return new ServiceInstance("router-1", Role.ROUTER, Instant.EPOCH, 1, List.of());
    }

    private static ServiceInstance worker(Pool.State state) {
        return new ServiceInstance(
                "worker-1",
                Role.WORKER,
                Instant.EPOCH,
                1,
                List.of(
                        new Pool(
                                "p", "openai", false, false, state, List.of(), 1, 0, null,
                                List.of(), null, List.of())));
    }
}
