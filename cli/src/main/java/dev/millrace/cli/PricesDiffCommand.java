package dev.millrace.cli;

import dev.millrace.cli.prices.PriceChange;
import dev.millrace.cli.prices.PriceFileContent;
import dev.millrace.configuration.prices.PriceEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `millrace prices diff`.
@Command(
        name = "diff",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Shows what a list of prices would change. Ends with 1 where it would change anything."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices diff prices.yaml",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class PricesDiffCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private PriceSource source = new PriceSource();

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    PricesDiffCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        PricesOnLog log = PricesOnLog.read(target.access(around));
        PriceFileContent content = source.read(log, around);
        List<PriceChange> changes = PriceChange.of(content.entries(), log.prices());
        for (PriceChange change : changes) {
            PriceEntry before = change.before();
            if (before != null) {
                print((change.isCorrection() ? "- " : "  ") + PriceLines.line(before));
            }
            print("+ " + PriceLines.line(change.entry()));
        }
        around.out().flush();
        if (!options.quiet()) {
            around.err()
                    .println(
                            changes.isEmpty()
                                    ? "It changes nothing."
                                    : "Prices that differ: " + changes.size());
            around.err().flush();
        }
        return changes.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(String line) {
        around.out().println(Printable.line(line));
    }
}
