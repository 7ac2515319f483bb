package dev.millrace.cli;

import picocli.CommandLine.ExitCode;

/// Thrown when a command cannot do what it was asked to. The message is for its user: one line, and
/// all there is to say.
final class CommandFailure extends RuntimeException {

    private final int exitCode;
    private final String code;

    private CommandFailure(String message, int exitCode, String code) {
        super(message);
        this.exitCode = exitCode;
        this.code = code;
    }

    /// What was asked for could not be done.
    static CommandFailure of(String message) {
        return of(message, "");
    }

    /// What was asked for could not be done.
    ///
    /// @param code a word for the reason, for those who count reasons; empty for none
    static CommandFailure of(String message, String code) {
        return new CommandFailure(message, ExitCode.SOFTWARE, code);
    }

    /// What was asked for makes no sense.
    static CommandFailure usage(String message) {
        return new CommandFailure(message, ExitCode.USAGE, "");
    }

    /// A word for the reason; empty where there is none.
    String code() {
        return code;
    }

    /// The process's exit code.
    int exitCode() {
        return exitCode;
    }
}
