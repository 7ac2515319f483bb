package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// A worker leaves or joins every 5 s.
public record Rebalances() implements Fault {

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int TIMES = 12;

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
        stage.pass(PERIOD);
    }
}
