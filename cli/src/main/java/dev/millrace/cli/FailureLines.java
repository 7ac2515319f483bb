package dev.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells the user what went wrong, in a line and without a stack trace. `MILLRACE_DEBUG` brings the
/// trace of what nobody foresaw.
final class FailureLines implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final Surroundings around;

    FailureLines(Surroundings around) {
        this.around = around;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        print(String.valueOf(failure.getMessage()), around.style(ColorChoice.AUTO));
        if (!UnmatchedArgumentException.printSuggestions(failure, around.err())) {
            pointToHelp(failure.getCommandLine());
        }
        around.err().flush();
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult arguments) {
        around.out().flush();
        Style style = around.style(CommandOptions.color(arguments));
        int exitCode = ExitCode.SOFTWARE;
        if (failure instanceof CommandFailure known) {
            print(String.valueOf(known.getMessage()), style);
            exitCode = known.exitCode();
        } else if (failure instanceof InterruptedException) {
            print("interrupted", style);
        } else {
            boolean debug = around.variable("MILLRACE_DEBUG").isPresent();
            print(
                    "failed inside: " + failure + (debug ? "" : " (MILLRACE_DEBUG=1 shows where)"),
                    style);
            if (debug) {
                failure.printStackTrace(around.err());
            }
        }
        if (exitCode == ExitCode.USAGE) {
            pointToHelp(command);
        }
        around.err().flush();
        return exitCode;
    }

    private void print(String message, Style style) {
        around.err().println(style.alarming("millrace:") + " " + Printable.line(message));
    }

    private void pointToHelp(CommandLine command) {
        around.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
}
