package dev.millrace.cli.export;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The folder of an export, which one process writes to at a time. A file is written under a name
/// that starts with a dot, brought to the disk, and renamed: under its own name it is there as a
/// whole or not at all. The manifest follows; a file that it does not know yet is taken in by the
/// next export, which finds it by its name.
final class ExportFolder implements AutoCloseable {

    static final String MANIFEST = "_manifest.json";
    private static final String LOCK = ".lock";
    private static final String TEMPORARY = ".tmp";

    private final Path folder;
    private final FileChannel lockFile;

    private ExportFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /// Opens a folder, and makes it if there is none.
    ///
    /// @throws ExportRefused if another export writes to it
    static ExportFolder open(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel lockFile =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            // held by another export of this process
        } finally {
            if (lock == null) {
                lockFile.close();
            }
        }
        if (lock == null) {
            throw new ExportRefused("another export writes to " + folder);
        }
        ExportFolder opened = new ExportFolder(folder, lockFile);
        opened.removeTemporary();
        return opened;
    }

    /// What is there so far; empty where nothing is.
    ///
    /// @throws ExportRefused if there are files that no manifest accounts for
    Optional<Manifest> manifest() throws IOException {
        Path manifest = folder.resolve(MANIFEST);
        if (!Files.exists(manifest)) {
            if (!files().isEmpty()) {
                throw new ExportRefused(
                        folder
                                + " has files of an export, and no "
                                + MANIFEST
                                + " that tells how far");
            }
            return Optional.empty();
        }
        return Optional.of(adopted(Manifest.parse(Files.readString(manifest))));
    }

    void save(Manifest manifest) throws IOException {
        Path temporary = folder.resolve("." + MANIFEST + TEMPORARY);
        Files.writeString(temporary, manifest.text());
        publish(temporary, MANIFEST);
    }

    /// Where to write a file before it is published.
    Path temporary(ExportSettings.Format format) {
        return folder.resolve(".rows." + format + TEMPORARY);
    }

    /// Gives a file that was written its name, for good.
    Path publish(Path temporary, String name) throws IOException {
        force(temporary, StandardOpenOption.WRITE);
        Path published = folder.resolve(name);
        Files.move(temporary, published, StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
        return published;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    /// Takes in the files that were published when the process ended before the manifest was.
    private Manifest adopted(Manifest saved) throws IOException {
        Manifest manifest = saved;
        for (ExportFile file : files()) {
            Long next = manifest.next().get(file.partition());
            if (next == null || file.from() == next) {
                manifest = manifest.with(file);
            } else if (file.until() > next) {
                throw new ExportRefused(
                        file.name()
                                + " does not go on where "
                                + MANIFEST
                                + " ends, at offset "
                                + next);
            }
        }
        return manifest;
    }

    private List<ExportFile> files() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> ExportFile.of(path.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .sorted(
                            Comparator.comparingInt(ExportFile::partition)
                                    .thenComparingLong(ExportFile::from))
                    .toList();
        }
    }

    private void removeTemporary() throws IOException {
        List<Path> left;
        try (Stream<Path> paths = Files.list(folder)) {
            left =
                    paths.filter(path -> path.getFileName().toString().startsWith("."))
                            .filter(path -> path.getFileName().toString().endsWith(TEMPORARY))
                            .toList();
        }
        for (Path path : left) {
            Files.delete(path);
        }
    }

    private void forceFolder() {
        try {
            force(folder, StandardOpenOption.READ);
        } catch (IOException _) {
            // where a folder cannot be opened, as on Windows, its entries are safe without it
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
