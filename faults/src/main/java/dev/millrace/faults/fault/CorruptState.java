package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.process.Folders;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Overwrites the middle of every file of the ledger's stores while their instance is stopped.
public record CorruptState() implements Fault {

    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(15);
    private static final int NOISE = 64;

    @Override
    public String name() {
        return "corrupt-state";
    }

    @Override
    public String expected() {
        return "the state is made anew from its changelog; totals unchanged";
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        for (Service service : stage.cluster().services(Role.ACCOUNTING)) {
            stage.pass(LOAD);
            Instant at = Instant.now();
            service.terminate();
            if (corrupt(service.state()) == 0) {
                stage.failed(service.name() + " has no files to damage");
            }
            service.start();
            try {
                service.awaitReady();
            } catch (IllegalStateException notBack) {
                stage.failed(service.name() + " does not start on damaged files");
                service.kill();
                Folders.empty(service.state());
                service.start();
                service.awaitReady();
            }
            stage.struck(Strike.Kind.LEAVE, service, at, Instant.now());
            stage.pass(RECOVERY);
        }
    }

    /// @return how many files are damaged now
    private static int corrupt(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> file.toString().contains("rocksdb"))
                            .toList();
        }
        for (Path file : files) {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.seek(open.length() / 2);
                open.write(new byte[NOISE]);
            }
        }
        return files.size();
    }
}
