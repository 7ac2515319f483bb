package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace config`, which only holds the commands below it.
@Command(
        name = "config",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = Headings.DESCRIPTION,
        description = "Works with the configuration document.",
        optionListHeading = Headings.OPTIONS,
        commandListHeading = Headings.COMMANDS,
        footerHeading = Headings.EXAMPLES,
        footer = "  millrace config validate millrace.yaml")
final class ConfigCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("unused") // picocli fills it in
    private CommandOptions options = new CommandOptions();

    @Override
    public Integer call() {
        throw CommandFailure.usage("config does nothing by itself: name one of its commands");
    }
}
