package dev.millrace.faults.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A running process of ours. None of them outlives this one. Thread-safe.
final class Child {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("kill-children")
                                .unstarted(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final Process process;

    Child(String name, Process process) {
        this.name = name;
        this.process = process;
        RUNNING.add(process);
        var _ = process.onExit().thenRun(() -> RUNNING.remove(process));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// `kill -9`; returns when the process is gone.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGTERM; `kill -9` where that takes too long.
    void terminate(Duration patience) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    /// `kill -STOP`: it stays, and does nothing.
    void pause() throws IOException, InterruptedException {
        tell("kill", "-STOP");
    }

    /// `kill -CONT`.
    void resume() throws IOException, InterruptedException {
        tell("kill", "-CONT");
    }

    /// The exit code of a process that ends by itself.
    int await(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new IllegalStateException(name + " did not end within " + patience);
        }
        return process.exitValue();
    }

    /// The operating system refuses each write that would make a file longer.
    void stopFilesGrowing() throws IOException, InterruptedException {
        tell("prlimit", "--fsize=1", "--pid");
    }

    /// Runs a command whose last word is the process's id.
    private void tell(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        words.add(Long.toString(process.pid()));
        int code = new ProcessBuilder(words).start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " of " + name + " failed: " + code);
        }
    }
}
