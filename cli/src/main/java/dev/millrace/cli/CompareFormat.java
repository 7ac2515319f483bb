package dev.millrace.cli;

import java.nio.file.Path;
import java.util.Locale;

/// How a comparison is printed.
enum CompareFormat {
    TABLE,
    MARKDOWN,
    JSON;

    /// What the end of a file's name says.
    ///
    /// @throws CommandFailure if it says nothing
    static CompareFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".md") || name.endsWith(".markdown")) {
            return MARKDOWN;
        }
        if (name.endsWith(".json")) {
            return JSON;
        }
        throw CommandFailure.usage(
                "in which form is " + file + " to be? Name it .md or .json, or use --format");
    }

    /// As the command line spells it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
