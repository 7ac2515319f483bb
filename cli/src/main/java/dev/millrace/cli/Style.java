package dev.millrace.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/// How text is set off.
///
/// @param colours whether escape sequences may be written
record Style(boolean colours) {

    private static final String RESET = "\u001B[0m";

    String bold(String text) {
        return colours ? "\u001B[1m" + text + RESET : text;
    }

    String faint(String text) {
        return colours ? "\u001B[2m" + text + RESET : text;
    }

    String alarming(String text) {
        return colours ? "\u001B[31m" + text + RESET : text;
    }

    /// The colours of help texts.
    ColorScheme helpColours() {
        return Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF);
    }
}
