package dev.millrace.cli;

import picocli.CommandLine.ExitCode;

/// Thrown when a command cannot do what it was asked to. The message is for its user: one line, and
/// all there is to say.
final class CommandFailure extends RuntimeException {

    private final int exitCode;

    private CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /// What was asked for could not be done.
    static CommandFailure of(String message) {
        return new CommandFailure(message, ExitCode.SOFTWARE);
    }

    /// What was asked for makes no sense.
    static CommandFailure usage(String message) {
        return new CommandFailure(message, ExitCode.USAGE);
    }

    /// The process's exit code.
    int exitCode() {
        return exitCode;
    }
}
