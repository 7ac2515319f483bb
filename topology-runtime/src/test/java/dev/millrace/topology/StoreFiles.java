package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The files of a stopped topology's stores.
public final class StoreFiles {

    private StoreFiles() {}

    /// Overwrites the second half of every file of the stores, of which there has to be one.
    ///
    /// @param state the topology's folder
    public static void damage(Path state) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(state)) {
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> file.toString().contains("rocksdb"))
                            .toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 7);
            Files.write(file, bytes);
        }
    }
}
