package dev.millrace.router.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.routing.Pool;
import dev.millrace.schemas.CircuitState;
import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import dev.millrace.schemas.TargetStatus;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolViewTest {
    private final PoolView view = new PoolView();

    @Test
    void a_model_fails_whose_circuit_is_open_at_every_worker_that_calls_it() {
        hear("w1", CircuitState.OPEN);
        hear("w2");
        assertThat(failing()).containsExactly("m");

        hear("w2", CircuitState.CLOSED);
        assertThat(failing()).isEmpty();
    }

    @Test
    void a_half_open_circuit_gets_the_call_that_its_worker_puts_on_trial() {
        hear("w1", CircuitState.HALF_OPEN);
        hear("w2", CircuitState.OPEN);
        assertThat(failing()).isEmpty();

        hear("w1", CircuitState.OPEN);
        assertThat(failing()).as("while the trial is under way").containsExactly("m");
    }

    private Set<String> failing() {
        return view.pools(0).stream().map(Pool::failing).findFirst().orElseThrow();
    }

    private void hear(String worker, CircuitState... circuits) {
        PoolStatus pool =
                PoolStatus.newBuilder()
                        .setProvider("one")
                        .setKind("vllm")
                        .setLocation(Location.LOCAL)
                        .setDiscovered(false)
                        .setState(PoolState.READY)
                        .setWindow(1)
                        .setInFlight(0)
                        .setTargets(List.of(circuits).stream().map(PoolViewTest::target).toList())
                        .build();
        view.hear(
                worker,
                ServiceStatus.newBuilder()
                        .setInstance(worker)
                        .setRole(ServiceRole.WORKER)
                        .setStartedAt(Instant.EPOCH)
                        .setSentAt(Instant.EPOCH)
                        .setConfigVersion(1)
                        .setPools(List.of(pool))
                        .build(),
                0);
    }

    private static TargetStatus target(CircuitState circuit) {
        return TargetStatus.newBuilder()
                .setModel("m")
                .setCircuit(circuit)
                .setCalls(5)
                .setFailures(5)
                .setThrottled(0)
                .build();
    }
}
