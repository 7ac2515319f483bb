package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.process.Broker;
import dev.millrace.faults.process.Brokers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/// The running embedded broker can write no more: the operating system lets its files grow no
/// further, which it cannot tell from a full disk, and on which it gives up. Later there is room
/// again.
public record DiskFull() implements Fault {

    private static final Duration FULL = Duration.ofSeconds(20);
    private static final Duration RECOVERY = Duration.ofSeconds(25);

    @Override
    public String name() {
        return "disk-full";
    }

    @Override
    public String expected() {
        return "nothing is accepted while the log takes nothing; heals by itself with room on the disk";
    }

    @Override
    public Brokers.Kind brokers() {
        return Brokers.Kind.EMBEDDED;
    }

    @Override
    public Expectation expectation() {
        return Expectation.OUTAGE;
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        Broker broker = stage.cluster().brokers().all().getFirst();
        Instant at = Instant.now();
        broker.fillDisk();
        stage.pass(FULL);
        if (broker.isRunning()) {
            stage.failed("the broker wrote on: its disk was not full");
        }
        broker.kill();
        broker.start();
        stage.cluster().brokers().awaitAll();
        stage.pass(RECOVERY);
        stage.workersCutOff(at);
    }
}
