package dev.millrace.cli.compare;

import java.util.List;

/// Thrown for a file in which something is wrong. Nothing of it counts.
public final class UnreadableFile extends Exception {

    private final List<String> problems;

    /// @param problems each with file and line; at least one
    UnreadableFile(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /// What is wrong, in the file's order.
    public List<String> problems() {
        return problems;
    }
}
