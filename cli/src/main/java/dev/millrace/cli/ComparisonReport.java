package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.compare.Compared;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prints a comparison, or writes it to a file and prints its table beside.
///
/// @param format of the file, or where there is none of what is printed
/// @param file null for none
/// @param answers whether JSON has the prompts and the answers
record ComparisonReport(
        Surroundings around,
        CommandOptions options,
        CompareFormat format,
        @Nullable Path file,
        boolean answers) {

    /// @param currency of costs for which the answers do not tell it; empty where it is not known
    /// @param startedAt when the comparison began
    /// @throws CommandFailure if the file cannot be written; the table is printed then all the same
    void print(Compared compared, String currency, Instant startedAt) {
        if (file == null) {
            write(format, around.out(), compared, currency, startedAt);
        } else {
            write(CompareFormat.TABLE, around.out(), compared, currency, startedAt);
            save(file, compared, currency, startedAt);
        }
        around.out().flush();
        around.err().flush();
    }

    private void save(Path to, Compared compared, String currency, Instant startedAt) {
        StringWriter text = new StringWriter();
        write(format, new PrintWriter(text), compared, currency, startedAt);
        try {
            Files.writeString(to, text.toString(), UTF_8);
        } catch (IOException e) {
            around.out().flush();
            throw CommandFailure.of("cannot write " + to + ": " + e);
        }
    }

    private void write(
            CompareFormat form,
            PrintWriter to,
            Compared compared,
            String currency,
            Instant startedAt) {
        Style style = around.style(options.color());
        List<String> notes = ComparisonNotes.of(compared, currency);
        switch (form) {
            case TABLE -> {
                new ComparisonTable(compared, currency).toTable().print(to, style);
                if (!options.quiet()) {
                    to.flush();
                    notes.forEach(note -> around.err().println(style.faint(Printable.line(note))));
                }
            }
            case MARKDOWN -> {
                new ComparisonTable(compared, currency).toTable().printMarkdown(to);
                to.println();
                notes.forEach(note -> to.println("- " + Printable.line(note)));
            }
            case JSON ->
                    to.println(new ComparisonJson(compared, currency, answers).text(startedAt));
        }
    }
}
