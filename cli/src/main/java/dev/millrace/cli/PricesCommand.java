package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace prices`, which only holds the commands below it.
@Command(
        name = "prices",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Works with the prices beside the configuration document's. A price that comes late,",
            "or corrects another, applies to the calls of the past too."
        },
        optionListHeading = Headings.OPTIONS,
        commandListHeading = Headings.COMMANDS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices list",
            "  millrace prices import model_prices_and_context_window.json",
            "  millrace prices set rack-1 '*' --gpu-second 0.0007 --from 2026-01-01",
            "  millrace prices diff prices.yaml"
        })
final class PricesCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("unused") // picocli fills it in
    private CommandOptions options = new CommandOptions();

    private PricesCommand() {}

    /// It, with the commands below it.
    static CommandLine commandLine(Surroundings around) {
        return new CommandLine(new PricesCommand())
                .addSubcommand(new PricesListCommand(around))
                .addSubcommand(new PricesImportCommand(around))
                .addSubcommand(new PricesSetCommand(around))
                .addSubcommand(new PricesRemoveCommand(around))
                .addSubcommand(new PricesDiffCommand(around));
    }

    @Override
    public Integer call() {
        throw CommandFailure.usage("prices does nothing by itself: name one of its commands");
    }
}
