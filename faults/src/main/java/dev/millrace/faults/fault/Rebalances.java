package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import dev.millrace.faults.process.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// A worker leaves or joins every 5 s.
public record Rebalances() implements Fault {

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(15);
    private static final int TIMES = 12;

    /// How many more may wait than before: what is sent in a second.
    private static final int MORE = 5;

    @Override
    public String name() {
        return "rebalance-storm";
    }

    @Override
    public String expected() {
        return "nothing lost, nothing repeated that had ended; throughput recovers";
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        stage.pass(PERIOD);
        int before = stage.wave().waiting();
        Service worker = stage.cluster().services(Role.WORKER).getLast();
        for (int i = 0; i < TIMES; i++) {
            Instant at = Instant.now();
            if (worker.isRunning()) {
                worker.terminate();
                stage.struck(Strike.Kind.LEAVE, worker, at, Instant.now());
            } else {
                worker.start();
            }
            stage.pass(PERIOD);
        }
        if (!worker.isRunning()) {
            worker.start();
        }
        worker.awaitReady();
        if (!Waiting.came(RECOVERY, () -> stage.wave().waiting() <= before + MORE)) {
            stage.failed(
                    stage.wave().waiting()
                            + " clients wait after the storm, "
                            + before
                            + " before");
        }
        stage.pass(PERIOD);
    }
}
