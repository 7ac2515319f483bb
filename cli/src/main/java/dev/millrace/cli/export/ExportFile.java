package dev.millrace.cli.export;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of an export, by its name.
///
/// @param content which rows
/// @param partition of the topic
/// @param from the first offset that it covers
/// @param until the offset behind the last
/// @param format of the file
record ExportFile(
        ExportSettings.Content content,
        int partition,
        long from,
        long until,
        ExportSettings.Format format) {

    private static final Pattern NAME =
            Pattern.compile("(charges|focus)-(\\d{5,9})-(\\d{19})-(\\d{19})\\.(parquet|csv)");

    ExportFile {
        if (from < 0 || until <= from) {
            throw new IllegalArgumentException("from " + from + " until " + until);
        }
    }

    /// The file that a name stands for; empty where it is none of ours.
    static Optional<ExportFile> of(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ExportFile(
                            ExportSettings.Content.valueOf(upper(parts.group(1))),
                            Integer.parseInt(parts.group(2)),
                            Long.parseLong(parts.group(3)),
                            Long.parseLong(parts.group(4)),
                            ExportSettings.Format.valueOf(upper(parts.group(5)))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    String name() {
        return String.format(
                Locale.ROOT,
                "%s-%05d-%019d-%019d.%s",
                content.word(),
                partition,
                from,
                until,
                format);
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
