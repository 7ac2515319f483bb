package dev.millrace.faults.report;

import dev.millrace.faults.audit.Audit;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What the audits found, as a table in Markdown.
public final class Table {

    private static final int MOST_LINES = 8;

    private static final List<String> COLUMNS =
            List.of(
                    "fault",
                    "strikes",
                    "accepted",
                    "outcomes",
                    "errors",
                    "lost",
                    "doubled",
                    "charged",
                    "provider calls",
                    "extra calls",
                    "uncalled",
                    "take-over",
                    "result");

    private Table() {}

    /// The table, a line for each fault.
    public static String of(List<Audit> audits) {
        StringBuilder text = new StringBuilder();
        text.append("| ").append(String.join(" | ", COLUMNS)).append(" |\n");
        text.append("|---|").append("--:|".repeat(COLUMNS.size() - 2)).append("---|\n");
        audits.forEach(audit -> text.append(line(audit)));
        return text.toString();
    }

    /// What broke which rule, the first lines of each; empty where nothing did.
    public static String faultsFound(List<Audit> audits) {
        StringBuilder text = new StringBuilder();
        for (Audit audit : audits) {
            audit.broken()
                    .forEach((rule, lines) -> {
                        text.append(audit.fault() + ": " + rule + " (" + lines.size() + ")\n");
                        lines.stream()
                                .limit(MOST_LINES)
                                .forEach(line -> text.append("    " + line + "\n"));
                    });
        }
        return text.toString();
    }

    private static String line(Audit audit) {
        return "| "
                + String.join(
                        " | ",
                        audit.fault(),
                        Integer.toString(audit.strikes()),
                        Integer.toString(audit.accepted()),
                        Integer.toString(audit.outcomes()),
                        Integer.toString(audit.failed()),
                        Integer.toString(audit.lost()),
                        Integer.toString(audit.doubled()),
                        Integer.toString(audit.charged()),
                        Integer.toString(audit.calls()),
                        Integer.toString(audit.extra()),
                        Integer.toString(audit.uncalled()),
                        seconds(audit.takeOver()),
                        audit.passed()
                                ? "PASS"
                                : "FAIL: " + String.join(", ", audit.broken().keySet()))
                + " |\n";
    }

    private static String seconds(Duration duration) {
        return duration.isZero()
                ? ""
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
    }
}
