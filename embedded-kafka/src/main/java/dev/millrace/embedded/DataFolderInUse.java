package dev.millrace.embedded;

import java.nio.file.Path;

/// Thrown when another process already runs a broker on a data folder.
public final class DataFolderInUse extends RuntimeException {

    DataFolderInUse(Path folder) {
        super("the data folder " + folder + " is in use by another instance");
    }
}
