package dev.millrace.cli;

import java.util.Locale;

/// How the result of a query is printed.
enum ResultFormat {
    TABLE,
    CSV,
    JSON,
    MARKDOWN;

    /// A printer for one result.
    ResultPrinter printer(Surroundings around, Style style) {
        return switch (this) {
            case TABLE -> new TableResult(around, style);
            case CSV -> new CsvResult(around.out());
            case JSON -> new JsonResult(around.out());
            case MARKDOWN -> new MarkdownResult(around.out());
        };
    }

    /// As the command line spells it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
