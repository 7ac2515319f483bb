package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Wire;
import java.time.Duration;
import java.time.Instant;

/// Nothing passes between the instances of one service and the broker for a while.
///
/// @param role INGRESS or WORKER
public record NetworkCut(Role role) implements Fault {

    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration CUT = Duration.ofSeconds(15);
    private static final Duration RECOVERY = Duration.ofSeconds(25);

    @Override
    public String name() {
        return "network-cut-" + role.word();
    }

    @Override
    public String expected() {
        return "no outcome lost after the cut heals; what cannot be accepted is refused";
    }

    @Override
    public Expectation expectation() {
        return Expectation.OUTAGE;
    }

    @Override
    public void run(Stage stage) throws InterruptedException {
        Wire wire = stage.cluster().brokers().wire(role);
        stage.pass(BEFORE);
        Instant at = Instant.now();
        wire.cut();
        try {
            stage.pass(CUT);
        } finally {
            wire.heal();
        }
        stage.pass(RECOVERY);
        if (role == Role.WORKER) {
            stage.workersCutOff(at);
        }
    }
}
