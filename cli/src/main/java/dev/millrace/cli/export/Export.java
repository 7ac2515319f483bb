package dev.millrace.cli.export;

import dev.millrace.cli.analysis.Database;
import dev.millrace.cli.analysis.RecordRows;
import dev.millrace.cli.analysis.RowShape;
import dev.millrace.cli.reading.CommittedRecords;
import dev.millrace.cli.reading.Decoded;
import dev.millrace.cli.reading.Stretch;
import dev.millrace.schemas.Charge;
import dev.millrace.topics.KafkaLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Exports the charges that a folder does not have yet. Immutable.
///
/// @param log where the charges are
/// @param topicId the id of their topic
/// @param settings what the folder is to hold
/// @param until leaves out, for now, what was written to the ledger at that time or later; null:
///   nothing
/// @param rowsPerFile after how many rows a file is full, at least 1
public record Export(
        KafkaLog log,
        String topicId,
        ExportSettings settings,
        @Nullable Instant until,
        int rowsPerFile) {

    public Export {
        if (rowsPerFile < 1) {
            throw new IllegalArgumentException("rows per file: " + rowsPerFile);
        }
    }

    /// What came of it.
    ///
    /// @param files how many were written
    /// @param rows how many they have
    public record Exported(long files, long rows) {}

    /// Exports.
    ///
    /// @param folder where the files are, or are to be
    /// @param published takes each file when it is there
    /// @param remarks takes what should be told beside
    /// @throws ExportRefused if the folder holds something else, or another export writes to it, or
    ///   the topic no longer has what comes next
    public Exported run(Path folder, Consumer<Path> published, Consumer<String> remarks)
            throws IOException, SQLException, InterruptedException {
        String topic = log.topics().charges().name();
        try (ExportFolder files = ExportFolder.open(folder);
                CommittedRecords records = new CommittedRecords(log);
                Decoded<Charge> decoded = new Decoded<>(log.serdes(), Charge.class);
                Database database = Database.open()) {
            Manifest manifest = begun(files, topic);
            ExportFiles writer =
                    new ExportFiles(database, files, manifest, shape(), rowsPerFile, published);
            for (Stretch stretch : records.stretches(topic, manifest.settings().since(), until)) {
                Stretch left = left(stretch, manifest);
                writer.begin(left);
                records.read(
                        List.of(left),
                        record -> {
                            Charge charge = decoded.value(record).orElse(null);
                            if (charge != null) {
                                writer.add(record, charge);
                            }
                        });
                writer.end();
            }
            decoded.remark(topic).ifPresent(remarks);
            return writer.exported();
        }
    }

    private Manifest begun(ExportFolder files, String topic) throws IOException {
        Manifest manifest = files.manifest().orElse(null);
        if (manifest == null) {
            manifest = new Manifest(settings, topic, topicId, new TreeMap<>());
        } else {
            manifest.check(settings, topicId);
        }
        files.save(manifest);
        return manifest;
    }

    /// What of a partition the folder does not have.
    private static Stretch left(Stretch all, Manifest manifest) {
        Long next = manifest.next().get(all.place().partition());
        if (next == null) {
            return all;
        }
        if (all.from() > next) {
            throw new ExportRefused(
                    "the topic no longer has what comes next: "
                            + all.place()
                            + " starts at offset "
                            + all.from()
                            + ", and is exported up to "
                            + next);
        }
        return new Stretch(all.place(), next, Math.max(next, all.until()));
    }

    private RowShape<Charge> shape() {
        return switch (settings.content()) {
            case CHARGES -> new RecordRows<>(Charge.class);
            case FOCUS -> new FocusShape(settings.billingAccount());
        };
    }
}
