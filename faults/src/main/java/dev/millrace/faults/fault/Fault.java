package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Expectation;
import dev.millrace.faults.process.Brokers;
import java.io.IOException;

/// One kind of fault.
public interface Fault {

    /// In the table, and for running it alone.
    String name();

    /// What has to hold all the same.
    String expected();

    /// The cluster that it needs.
    default Brokers.Kind brokers() {
        return Brokers.Kind.WIRED;
    }

    /// Which promises hold all the same.
    default Expectation expectation() {
        return Expectation.STRICT;
    }

    /// Does it, under load, and leaves everything running again.
    void run(Stage stage) throws IOException, InterruptedException;
}
