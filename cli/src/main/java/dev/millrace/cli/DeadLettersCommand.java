package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace dead-letters`, which only holds the commands below it.
@Command(
        name = "dead-letters",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = Headings.DESCRIPTION,
        description = "Works with the records that nobody could handle.",
        optionListHeading = Headings.OPTIONS,
        commandListHeading = Headings.COMMANDS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace dead-letters list",
            "  millrace dead-letters show 7",
            "  millrace dead-letters redrive 7",
            "  millrace dead-letters drop 8"
        })
final class DeadLettersCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("unused") // picocli fills it in
    private CommandOptions options = new CommandOptions();

    private DeadLettersCommand() {}

    /// It, with the commands below it.
    static CommandLine commandLine(Surroundings around) {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new DeadLettersListCommand(around))
                .addSubcommand(new DeadLettersShowCommand(around))
                .addSubcommand(new DeadLettersRedriveCommand(around))
                .addSubcommand(new DeadLettersDropCommand(around));
    }

    @Override
    public Integer call() {
        throw CommandFailure.usage("dead-letters does nothing by itself: name one of its commands");
    }
}
