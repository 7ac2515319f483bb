package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.process.Broker;
import dev.millrace.faults.process.Brokers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// `kill -9` of the embedded broker, which is started again after a while.
public record BrokerRestart() implements Fault {

    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(25);
    private static final int TIMES = 2;

    @Override
    public String name() {
        return "broker-restart";
    }

    @Override
    public String expected() {
        return "503 or no acknowledgement while it is away, never a false 2xx; heals by itself";
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
        List<Broker> only = stage.cluster().brokers().all();
        for (int i = 0; i < TIMES; i++) {
            stage.outage(only, DOWN, RECOVERY);
        }
    }
}
