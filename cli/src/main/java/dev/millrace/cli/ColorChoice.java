package dev.millrace.cli;

import java.util.Locale;

/// What the command line says about colours.
enum ColorChoice {
    /// Colours on a terminal, unless `NO_COLOR` is set (no-color.org).
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
