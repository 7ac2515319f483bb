package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// A third worker joins whose clock is ten minutes fast, and later one whose clock is slow.
public record ClockSkew() implements Fault {

    private static final Duration SKEW = Duration.ofMinutes(10);
    private static final Duration LOAD = Duration.ofSeconds(15);

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
        for (Duration skew : new Duration[] {SKEW, SKEW.negated()}) {
            Service worker = stage.cluster().skewedWorker(skew);
            worker.start();
            worker.awaitReady();
            stage.pass(LOAD);
            Instant at = Instant.now();
            worker.terminate();
            stage.struck(Strike.Kind.LEAVE, worker, at, Instant.now());
            stage.pass(Duration.ofSeconds(3));
        }
    }
}
