package dev.millrace.cli.compare;

/// Thrown for a line that is not what it should be. The reason does not quote it.
final class BadLine extends Exception {

    /// @param reason goes on after "line 7: "
    BadLine(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
