package dev.millrace.standalone;

import java.nio.file.Files;
import java.nio.file.Path;

/// One `millrace up --simulate` for all tests that look for nothing but what they have caused. It
/// runs until the JVM of the tests ends.
final class SharedMillrace {

    /// Held by the tests that use it, one at a time.
    static final String LOCK = "shared-millrace";

    private static final class Holder {
        static final RunningMillrace MILLRACE = start();
    }

    private SharedMillrace() {}

    /// The running server; the first to ask starts it.
    static RunningMillrace running() {
        return Holder.MILLRACE;
    }

    private static RunningMillrace start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "shared-millrace");
            RunningMillrace millrace = RunningMillrace.start(data.toAbsolutePath(), "--simulate");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(millrace)));
            return millrace;
        } catch (Exception e) {
            throw new IllegalStateException("the shared server does not start", e);
        }
    }

    private static void end(RunningMillrace millrace) {
        try {
            millrace.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
