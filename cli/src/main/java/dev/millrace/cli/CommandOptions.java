package dev.millrace.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// The options that every command has.
final class CommandOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli asks for it by its annotation
    private boolean help;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print what was asked for and errors, and no remarks.")
    private boolean quiet;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = {
                "auto, always or never. By default auto: on a terminal, unless NO_COLOR is set."
            })
    private ColorChoice color = ColorChoice.AUTO;

    boolean quiet() {
        return quiet;
    }

    ColorChoice color() {
        return color;
    }

    /// What a whole command line says about colours; the innermost command has the last word.
    static ColorChoice color(ParseResult arguments) {
        ColorChoice choice = ColorChoice.AUTO;
        ParseResult level = arguments;
        while (level != null) {
            Object value = level.<Object>matchedOptionValue("--color", choice);
            if (value instanceof ColorChoice chosen) {
                choice = chosen;
            }
            level = level.subcommand();
        }
        return choice;
    }
}
