package dev.millrace.cli.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/// A DuckDB in this process's memory. What does not fit goes to a folder of its own under the
/// system's temporary one. Time is UTC, and nothing is ever loaded from the network. For one
/// thread.
public final class Database implements AutoCloseable {

    /// What the engine may take beside Java's heap: a part of the machine's memory, or of the
    /// container's.
    private static final int PART_OF_MEMORY = 4;

    private static final long LEAST_MEMORY = 256L * 1024 * 1024;

    private final DuckDBConnection connection;
    private final Path spill;

    private Database(DuckDBConnection connection, Path spill) {
        this.connection = connection;
        this.spill = spill;
    }

    /// Starts an empty database.
    ///
    /// @throws SQLException if the engine refuses
    /// @throws UncheckedIOException if there is no temporary folder
    public static Database open() throws SQLException {
        Path spill;
        try {
            spill = Files.createTempDirectory("millrace-duckdb-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Properties settings = new Properties();
        settings.put("autoinstall_known_extensions", "false");
        settings.put("autoload_known_extensions", "false");
        settings.put("memory_limit", memory() + "B");
        settings.put("temp_directory", spill.toString());
        settings.put(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        DuckDBConnection connection =
                (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", settings);
        Database database = new Database(connection, spill);
        database.run("set TimeZone = 'UTC'");
        return database;
    }

    /// Runs a statement that has no result.
    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// An appender to a table, the caller's to close; a table has one at a time.
    public RowAppender appender(String table) throws SQLException {
        return new RowAppender(connection.createAppender(table));
    }

    /// A statement, the caller's to close.
    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /// Takes the files, the network and the settings away from the statements to come.
    void seal() throws SQLException {
        for (String sql : List.of("enable_external_access = false", "lock_configuration = true")) {
            run("set " + sql);
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            connection.close();
        } finally {
            try (Stream<Path> left = Files.walk(spill)) {
                left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            } catch (IOException _) {
                // the system clears its temporary folder
            }
        }
    }

    private static long memory() {
        long all =
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : 0;
        return Math.max(LEAST_MEMORY, all / PART_OF_MEMORY);
    }
}
