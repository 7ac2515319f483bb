package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.process.Broker;
import dev.millrace.faults.process.Brokers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Brokers of a cluster of three die: each in turn, which moves the leaders, or two at once, which
/// leaves too few replicas in sync to take a record.
///
/// @param atOnce 1 or 2
public record BrokersDown(int atOnce) implements Fault {

    private static final Duration DOWN = Duration.ofSeconds(12);
    private static final Duration RECOVERY = Duration.ofSeconds(15);

    @Override
    public String name() {
        return atOnce == 1 ? "leader-change" : "two-of-three-brokers-down";
    }

    @Override
    public String expected() {
        return atOnce == 1
                ? "the other brokers take over; nothing lost"
                : "nothing is accepted until a second replica is in sync; heals by itself";
    }

    @Override
    public Brokers.Kind brokers() {
        return Brokers.Kind.REPLICATED;
    }

    @Override
    public Expectation expectation() {
        return Expectation.OUTAGE;
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        List<Broker> brokers = stage.cluster().brokers().all();
        int rounds = atOnce == 1 ? brokers.size() : 1;
        for (int round = 0; round < rounds; round++) {
            List<Broker> victims =
                    atOnce == 1 ? List.of(brokers.get(round)) : brokers.subList(0, atOnce);
            stage.outage(victims, DOWN, RECOVERY);
        }
    }
}
