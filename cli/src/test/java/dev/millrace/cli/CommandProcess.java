package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;

/// The command as a process of its own, for tests that end it from outside.
final class CommandProcess {

    private CommandProcess() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        System.exit(
                MillraceCommand.commandLine(System.getenv(), out, err, System.in).execute(args));
    }
}
