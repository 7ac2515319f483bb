package dev.millrace.cli;

import dev.millrace.cli.analysis.LedgerQuery;

/// Prints the result of a query, row by row as far as its form allows.
sealed interface ResultPrinter extends LedgerQuery.Taker
        permits TableResult, CsvResult, JsonResult, MarkdownResult {

    /// Prints what is left when the last row has come.
    void end();
}
