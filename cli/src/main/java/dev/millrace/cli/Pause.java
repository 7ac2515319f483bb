package dev.millrace.cli;

import java.time.Duration;

/// Lets time pass.
@FunctionalInterface
interface Pause {

    /// @throws InterruptedException if the thread is interrupted
    void pause(Duration duration) throws InterruptedException;
}
