package dev.millrace.cli;

import java.util.Locale;

/// What costs can be grouped by.
enum Dimension {
    TENANT,
    KEY,
    PROVIDER,
    MODEL,
    LANE;

    /// As the API and the command line spell it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
