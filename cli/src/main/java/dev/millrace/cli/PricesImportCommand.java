package dev.millrace.cli;

import dev.millrace.cli.prices.PriceChange;
import dev.millrace.cli.prices.PriceFileContent;
import dev.millrace.configuration.pricebook.PriceBook;
import dev.millrace.configuration.prices.PriceEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace prices import`.
@Command(
        name = "import",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Takes a list of prices, whole or not at all. What it says already is left out; what",
            "it corrects is charged anew."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices import prices.yaml",
            "  millrace prices import model_prices_and_context_window.json --effective-from 2026-01-01",
            "  millrace prices import prices.yaml --dry-run",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class PricesImportCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private PriceSource source = new PriceSource();

    @Option(names = "--dry-run", description = "Say what would change, and change nothing.")
    private boolean dryRun;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    PricesImportCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        PricesOnLog log = PricesOnLog.read(target.access(around));
        PriceFileContent content = source.read(log, around);
        List<PriceChange> changes = PriceChange.of(content.entries(), log.prices());
        long corrections = changes.stream().filter(PriceChange::isCorrection).count();
        if (log.entries().size() + changes.size() - corrections > PriceBook.MOST_ENTRIES) {
            throw CommandFailure.of(
                    "refused, and nothing was changed: with these "
                            + changes.size()
                            + " entries there would be more than "
                            + PriceBook.MOST_ENTRIES);
        }
        if (!dryRun && !changes.isEmpty()) {
            List<PriceEntry> entries = changes.stream().map(PriceChange::entry).toList();
            try (ProgressBar bar = new ProgressBar(around, entries.size(), !options.quiet())) {
                log.change(entries, List.of(), around.clock(), bar::reached);
            }
        }
        report(content, changes, corrections, log);
        return ExitCode.OK;
    }

    private void report(
            PriceFileContent content,
            List<PriceChange> changes,
            long corrections,
            PricesOnLog log) {
        around.out()
                .println(
                        (dryRun ? "would import " : "imported ")
                                + (changes.size() - corrections)
                                + " new and "
                                + corrections
                                + " corrected prices; "
                                + (content.entries().size() - changes.size())
                                + " as before");
        around.out().flush();
        if (!options.quiet()) {
            content.skipped()
                    .forEach((reason, number) ->
                            around.err().println("left out " + number + ": " + reason));
            long overruled = changes.stream().filter(log::isOverruled).count();
            if (overruled > 0) {
                around.err()
                        .println(
                                overruled
                                        + " do not count: the configuration document has prices"
                                        + " from the same time");
            }
            around.err().flush();
        }
    }
}
