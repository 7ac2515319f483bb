package dev.millrace.cli.export;

import dev.millrace.cli.analysis.Database;
import dev.millrace.cli.analysis.RowAppender;
import dev.millrace.cli.analysis.RowShape;
import dev.millrace.cli.export.Export.Exported;
import dev.millrace.cli.export.ExportSettings.Format;
import dev.millrace.cli.reading.Stretch;
import dev.millrace.schemas.Charge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Collects the rows of one partition after the other in a table of the engine, and writes them out
/// as files.
final class ExportFiles {

    private static final String TABLE = "export_rows";

    private final Database database;
    private final ExportFolder folder;
    private final RowShape<Charge> shape;
    private final int rowsPerFile;
    private final Consumer<Path> published;
    private Manifest manifest;
    private @Nullable Stretch left;
    private @Nullable RowAppender appender;
    private long rows;
    private Exported exported = new Exported(0, 0);

    ExportFiles(
            Database database,
            ExportFolder folder,
            Manifest manifest,
            RowShape<Charge> shape,
            int rowsPerFile,
            Consumer<Path> published) {
        this.database = database;
        this.folder = folder;
        this.manifest = manifest;
        this.shape = shape;
        this.rowsPerFile = rowsPerFile;
        this.published = published;
    }

    /// Begins with the stretch that is left of a partition.
    void begin(Stretch stretch) {
        left = stretch;
    }

    /// Adds a record of that stretch.
    void add(ConsumerRecord<String, byte[]> record, Charge charge) throws SQLException {
        if (appender == null) {
            database.run(shape.createTable(TABLE));
            appender = database.appender(TABLE);
        }
        rows += shape.append(appender, record, charge);
        if (rows >= rowsPerFile) {
            write(record.offset() + 1);
        }
    }

    /// Ends with the stretch. What has no rows leaves no file: it is read once more the next time.
    void end() throws SQLException {
        if (rows > 0 && left != null) {
            write(left.until());
        }
    }

    Exported exported() {
        return exported;
    }

    private void write(long until) throws SQLException {
        if (appender == null || left == null) {
            throw new IllegalStateException("nothing was begun");
        }
        appender.close();
        appender = null;
        ExportFile file =
                new ExportFile(
                        manifest.settings().content(),
                        left.place().partition(),
                        left.from(),
                        until,
                        manifest.settings().format());
        Path temporary = folder.temporary(file.format());
        database.run(copy(temporary, file.format()));
        database.run("drop table " + TABLE);
        try {
            Path path = folder.publish(temporary, file.name());
            manifest = manifest.with(file);
            folder.save(manifest);
            published.accept(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exported = new Exported(exported.files() + 1, exported.rows() + rows);
        rows = 0;
        left = left.from(until);
    }

    private String copy(Path path, Format format) {
        String target = " to '" + path.toString().replace("'", "''") + "' (";
        return switch (format) {
            case PARQUET -> "copy " + TABLE + target + "format parquet, compression zstd)";
            case CSV ->
                    "copy (select "
                            + csvColumns()
                            + " from "
                            + TABLE
                            + ")"
                            + target
                            + "format csv, header, timestampformat '%Y-%m-%dT%H:%M:%S.%gZ')";
        };
    }

    /// A map has no form of its own in CSV: it is JSON there.
    private String csvColumns() {
        String replaced =
                shape.columns().stream()
                        .filter(column -> column.type().startsWith("map("))
                        .map(column -> "to_json(" + column.name() + ") as " + column.name())
                        .collect(Collectors.joining(", "));
        return replaced.isEmpty() ? "*" : "* replace (" + replaced + ")";
    }
}
