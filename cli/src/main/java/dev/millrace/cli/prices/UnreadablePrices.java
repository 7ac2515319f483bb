package dev.millrace.cli.prices;

import java.util.List;

/// Thrown for a price list in which something is wrong. Nothing of it counts.
public final class UnreadablePrices extends Exception {

    private final List<String> problems;

    /// @param problems each with its line; at least one
    public UnreadablePrices(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /// What is wrong, in the list's order.
    public List<String> problems() {
        return problems;
    }
}
