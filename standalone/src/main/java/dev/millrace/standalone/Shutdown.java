package dev.millrace.standalone;

import java.util.concurrent.CountDownLatch;

/// Turns Ctrl-C and SIGTERM into a clean stop. The JVM runs its shutdown hooks at either; this one
/// asks the main thread to stop, waits until it has, and ends the process with the main thread's
/// exit code instead of the signal's.
final class Shutdown {

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int exitCode;

    private Shutdown() {}

    /// @param stop opened at the first signal
    static Shutdown onSignal(CountDownLatch stop) {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("stop").unstarted(() -> shutdown.run(stop)));
        return shutdown;
    }

    /// Says that everything has stopped.
    void done(int code) {
        exitCode = code;
        done.countDown();
    }

    private void run(CountDownLatch stop) {
        stop.countDown();
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
