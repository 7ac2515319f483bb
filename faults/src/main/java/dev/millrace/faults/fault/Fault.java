package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import java.io.IOException;

/// One kind of fault.
public interface Fault {

    /// In the table, and for running it alone.
    String name();

    /// What has to hold all the same.
    String expected();

    /// The size of the cluster that it needs.
    default int brokers() {
        return 1;
    }

    /// Which promises hold all the same.
    default Expectation expectation() {
        return Expectation.STRICT;
    }

    /// Does it, under load, and leaves everything running again.
    void run(Stage stage) throws IOException, InterruptedException;
}
