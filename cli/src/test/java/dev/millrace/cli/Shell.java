package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Runs the command as a shell would: with an environment, a standard input, and a terminal or
/// none.
final class Shell {

    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    /// What came of a command.
    record Ran(int exitCode, String out, String err) {}

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String input = "";
    private boolean terminal;

    static Shell talkingTo(FakeGateway gateway) {
        return new Shell().with("MILLRACE_URL", gateway.url());
    }

    Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Shell piping(String text) {
        input = text;
        return this;
    }

    Shell onTerminal() {
        terminal = true;
        return this;
    }

    /// What has been printed so far, while the command runs on another thread.
    String outSoFar() {
        return out.toString();
    }

    /// The errors and remarks so far.
    String errSoFar() {
        return err.toString();
    }

    Ran run(String... arguments) {
        int exitCode = MillraceCommand.commandLine(surroundings()).execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    /// What a command sees.
    Surroundings surroundings() {
        return new Surroundings(
                environment,
                new PrintWriter(out),
                new PrintWriter(err),
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                terminal,
                InstantSource.fixed(NOW));
    }
}
