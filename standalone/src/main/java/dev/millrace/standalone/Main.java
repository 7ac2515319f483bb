package dev.millrace.standalone;

import dev.millrace.cli.MillraceCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;

/// The `millrace` command.
public final class Main {

    private Main() {}

    /// Runs the command that `args` name, and exits with its code.
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        UpCommand up = new UpCommand(System.getenv(), out, err);
        ServeCommand serve = new ServeCommand(System.getenv(), out, err);
        CommandLine command =
                MillraceCommand.commandLine(System.getenv(), out, err, System.in, up, serve);
        System.exit(command.execute(args));
    }
}
