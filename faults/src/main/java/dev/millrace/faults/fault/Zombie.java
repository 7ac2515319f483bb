package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.fault.AttemptWatch.Moment;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import dev.millrace.faults.provider.Pace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// SIGSTOP of a worker in the middle of its calls for 30 s, then SIGCONT: it believes that its
/// partitions are still its own.
public record Zombie() implements Fault {

    private static final Duration STOPPED = Duration.ofSeconds(30);
    private static final Duration BACK = Duration.ofSeconds(12);
    private static final int TIMES = 2;

    @Override
    public String name() {
        return "zombie-worker";
    }

    @Override
    public String expected() {
        return "late replies of the stopped worker are fenced; its calls are charged";
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        List<Service> workers = stage.cluster().services(Role.WORKER);
        for (int i = 0; i < TIMES; i++) {
            Service victim = workers.get(i % workers.size());
            stage.provider().pace(Pace.SLOW);
            stage.pass(Duration.ofSeconds(2));
            stage.watch().await(victim.name(), Moment.UNDER_WAY, Duration.ofSeconds(5));
            Instant at = Instant.now();
            victim.pause();
            stage.provider().pace(Pace.STEADY);
            stage.pass(STOPPED);
            victim.resume();
            stage.struck(Strike.Kind.PAUSE, victim, at, Instant.now().plus(BACK));
            stage.pass(BACK);
        }
    }
}
