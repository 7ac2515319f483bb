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

    /// @param startedAt when the comparison began
    /// @throws CommandFailure if the file cannot be written; the table is printed then all the same
    void print(Compared compared, Instant startedAt) {
        if (file == null) {
            show(format, compared, startedAt);
        } else {
            show(CompareFormat.TABLE, compared, startedAt);
            save(file, compared, startedAt);
        }
        around.out().flush();
        around.err().flush();
    }

    private void save(Path to, Compared compared, Instant startedAt) {
        StringWriter text = new StringWriter();
        List<String> notes = ComparisonNotes.of(compared);
        PrintWriter lines = new PrintWriter(text);
        write(format, lines, new Style(false), notes, compared, startedAt);
        if (format == CompareFormat.TABLE) {
            notes.forEach(note -> lines.println(Printable.line(note)));
        }
        lines.flush();
        try {
            Files.writeString(to, text.toString(), UTF_8);
        } catch (IOException e) {
            around.out().flush();
            throw CommandFailure.of("cannot write " + to + ": " + e);
        }
    }

    private void show(CompareFormat form, Compared compared, Instant startedAt) {
        Style style = around.style(options.color());
        List<String> notes = ComparisonNotes.of(compared);
        write(form, around.out(), style, notes, compared, startedAt);
        if (form == CompareFormat.TABLE && !options.quiet()) {
            around.out().flush();
            notes.forEach(note -> around.err().println(style.faint(Printable.line(note))));
        }
    }

    private void write(
            CompareFormat form,
            PrintWriter to,
            Style style,
            List<String> notes,
            Compared compared,
            Instant startedAt) {
        switch (form) {
            case TABLE -> new ComparisonTable(compared).toTable().print(to, style);
            case MARKDOWN -> {
                new ComparisonTable(compared).toTable().printMarkdown(to);
                to.println();
                notes.forEach(note -> to.println("- " + Printable.line(note)));
            }
            case JSON -> to.println(new ComparisonJson(compared, answers).text(startedAt));
        }
    }
}
