package dev.millrace.cli;

/// The headings of the help texts.
final class Headings {

    static final String DESCRIPTION = "%n";
    static final String PARAMETERS = "%nArguments:%n";
    static final String OPTIONS = "%nOptions:%n";
    static final String COMMANDS = "%nCommands:%n";
    static final String EXAMPLES = "%nExamples:%n";

    private Headings() {}
}
