package dev.millrace.configuration.document;

/// One thing that is wrong with a document.
///
/// @param line from 1
/// @param column from 1
/// @param where the path to the value, such as `models[0].targets[1].provider`
/// @param reason for a person
public record Problem(int line, int column, String where, String reason) {

    @Override
    public String toString() {
        return "line "
                + line
                + ", column "
                + column
                + ": "
                + (where.isEmpty() ? "" : where + ": ")
                + reason;
    }
}
