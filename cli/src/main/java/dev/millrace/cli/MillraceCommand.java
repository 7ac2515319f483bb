package dev.millrace.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/// The `millrace` command and its subcommands.
@Command(
        name = "millrace",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        descriptionHeading = Headings.DESCRIPTION,
        description = "An LLM gateway whose memory is a log.",
        optionListHeading = Headings.OPTIONS,
        commandListHeading = Headings.COMMANDS,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:what was asked for is done",
            "1:it could not be done; the standard error says why",
            "2:the command line makes no sense"
        },
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace chat \"What is a millrace?\"",
            "  millrace costs --by tenant,model --since 7d",
            "  millrace chat --help",
            "",
            "Environment:",
            "  MILLRACE_URL             the gateway, by default " + GatewayOptions.DEFAULT_URL,
            "  MILLRACE_API_KEY         the API key, where the gateway wants one",
            "  KAFKA_BOOTSTRAP_SERVERS  Kafka's brokers, by default 127.0.0.1:9092",
            "  NO_COLOR                 set to anything: no colours"
        })
public final class MillraceCommand {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli asks for it by its annotation
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    @SuppressWarnings("unused") // picocli asks for it by its annotation
    private boolean version;

    private MillraceCommand() {}

    /// The command, ready to be executed. Exit codes are 0, 1 for what could not be done and 2 for
    /// a command line that makes no sense; errors are one line each.
    ///
    /// @param environment the environment variables
    /// @param out the standard output
    /// @param err the standard error
    /// @param in the standard input
    /// @param further subcommands, each an annotated object; they get the same colours, errors and
    ///   streams as the others
    public static CommandLine commandLine(
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err,
            InputStream in,
            Object... further) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return commandLine(
                new Surroundings(environment, out, err, in, terminal, InstantSource.system()),
                further);
    }

    static CommandLine commandLine(Surroundings around, Object... further) {
        CommandLine root = new CommandLine(new MillraceCommand());
        for (Object command : further) {
            root.addSubcommand(command);
        }
        CommandLine config = new CommandLine(new ConfigCommand());
        config.addSubcommand(new ConfigValidateCommand(around));
        root.addSubcommand(new ChatCommand(around));
        root.addSubcommand(new CompareCommand(around));
        root.addSubcommand(new ModelsCommand(around));
        root.addSubcommand(new ProvidersCommand(around));
        root.addSubcommand(new CostsCommand(around));
        root.addSubcommand(PricesCommand.commandLine(around));
        root.addSubcommand(new SqlCommand(around));
        root.addSubcommand(new ExportCommand(around));
        root.addSubcommand(new AuditCommand(around));
        root.addSubcommand(new RebuildCostsCommand(around));
        root.addSubcommand(new TopicsCommand(around));
        root.addSubcommand(DeadLettersCommand.commandLine(around));
        root.addSubcommand(config);
        FailureLines failures = new FailureLines(around);
        return root.setOut(around.out())
                .setErr(around.err())
                .setExpandAtFiles(false) // a prompt may start with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(around.style(ColorChoice.AUTO).helpColours())
                .setExecutionStrategy(arguments -> run(root, arguments, around))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static int run(CommandLine root, ParseResult arguments, Surroundings around) {
        root.setColorScheme(around.style(CommandOptions.color(arguments)).helpColours());
        boolean asked = arguments.isUsageHelpRequested() || arguments.isVersionHelpRequested();
        if (arguments.hasSubcommand() || asked) {
            return new RunLast().execute(arguments);
        }
        root.usage(around.err());
        return ExitCode.USAGE;
    }
}
