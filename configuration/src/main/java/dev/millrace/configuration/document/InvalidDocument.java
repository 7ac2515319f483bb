package dev.millrace.configuration.document;

import java.util.List;
import java.util.stream.Collectors;

/// Thrown for a document that is not valid. Nothing of it is applied.
public final class InvalidDocument extends RuntimeException {

    private final List<Problem> problems;

    InvalidDocument(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// What is wrong, in the document's order; at least one.
    public List<Problem> problems() {
        return problems;
    }
}
