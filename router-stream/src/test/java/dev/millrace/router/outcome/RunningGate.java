package dev.millrace.router.outcome;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Gives each test of a class a gate of its own, whose clock says [Events#NOW].
abstract class RunningGate {

    @TempDir Path state;

    OutcomeDriver gate;

    @BeforeEach
    void start() {
        gate = new OutcomeDriver(Events.NOW, state);
    }

    @AfterEach
    void stop() {
        gate.close();
    }
}
