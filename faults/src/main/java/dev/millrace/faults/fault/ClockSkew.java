package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// In each service's turn, an instance whose clock is ten minutes fast takes the place of one whose
/// clock is right, and later one whose clock is slow.
public record ClockSkew() implements Fault {

    private static final Duration SKEW = Duration.ofMinutes(10);
    private static final Duration LOAD = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "clock-skew";
    }

    @Override
    public String expected() {
        return "requests expire at most ten minutes early or late; nothing lost, totals exact";
    }

    @Override
    public Expectation expectation() {
        return Expectation.skewed(SKEW);
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        for (Role role : List.of(Role.WORKER, Role.ROUTER, Role.ACCOUNTING)) {
            Service right = stage.cluster().services(role).getFirst();
            leave(right, stage);
            for (Duration skew : List.of(SKEW, SKEW.negated())) {
                Service wrong = stage.cluster().skewed(role, skew);
                wrong.start();
                wrong.awaitReady();
                stage.pass(LOAD);
                leave(wrong, stage);
            }
            right.start();
            right.awaitReady();
        }
        stage.pass(LOAD);
    }

    private static void leave(Service service, Stage stage) throws InterruptedException {
        Instant at = Instant.now();
        service.terminate();
        stage.struck(Strike.Kind.LEAVE, service, at, Instant.now());
    }
}
