package dev.millrace.accounting.ledger;

/// One label of an attempt.
///
/// @param name of the label
/// @param value that the attempt has
public record Label(String name, String value) {

    /// What stands for the values of a label that has too many to tell apart.
    public static final String OTHER = "(other)";

    /// The label with [#OTHER] for its value.
    public Label other() {
        return new Label(name, OTHER);
    }
}
