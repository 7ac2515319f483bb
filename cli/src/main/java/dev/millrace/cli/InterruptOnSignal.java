package dev.millrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns Ctrl-C and SIGTERM into an interrupt of the thread that opened this, and lets the process
/// end only when that thread has closed it: it may print what there is. The JVM runs its shutdown
/// hooks at either signal, and its exit code is the signal's.
final class InterruptOnSignal implements AutoCloseable {

    private static final int LONGEST_SECONDS = 10;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private InterruptOnSignal(Thread worker) {
        hook = Thread.ofPlatform().name("interrupt").unstarted(() -> run(worker));
    }

    static InterruptOnSignal open() {
        InterruptOnSignal opened = new InterruptOnSignal(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(opened.hook);
        return opened;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and this was waited for.
        }
    }

    private void run(Thread worker) {
        worker.interrupt();
        try {
            // If its output is stuck, the process ends all the same.
            var _ = closed.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
