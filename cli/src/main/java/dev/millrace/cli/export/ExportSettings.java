package dev.millrace.cli.export;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an export is to hold, the same for as long as its folder is carried on.
///
/// @param content which rows
/// @param format of the files
/// @param since leaves out what was written to the ledger before; null: nothing
/// @param billingAccount the id that FOCUS rows name
public record ExportSettings(
        Content content, Format format, @Nullable Instant since, String billingAccount) {

    /// Which rows.
    public enum Content {
        /// A row for each charge.
        CHARGES,
        /// Rows of FOCUS.
        FOCUS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The format of the files.
    public enum Format {
        PARQUET,
        CSV;

        /// As the command line and the names of the files spell it.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
