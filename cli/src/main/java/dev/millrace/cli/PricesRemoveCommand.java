package dev.millrace.cli;

import dev.millrace.configuration.prices.PriceEntry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `millrace prices remove`.
@Command(
        name = "remove",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Takes a price away that was set or imported. What it charged stays, unless another",
            "configured price holds in its place."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices remove openai gpt-4o --from 2026-01-01",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class PricesRemoveCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private PriceOptions which = new PriceOptions();

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    PricesRemoveCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        PricesOnLog log = PricesOnLog.read(target.access(around));
        List<PriceEntry> all =
                log.entries().stream()
                        .filter(entry -> entry.provider().equals(which.provider()))
                        .filter(entry -> entry.model().equals(which.model()))
                        .toList();
        Instant from = which.from(around, Instant.MIN);
        List<PriceEntry> chosen =
                all.stream()
                        .filter(entry ->
                                from.equals(Instant.MIN) || entry.effectiveFrom().equals(from))
                        .toList();
        if (chosen.isEmpty()) {
            throw CommandFailure.of(
                    "no such price was set or imported; the configuration document's are removed"
                            + " there");
        }
        if (chosen.size() > 1) {
            throw CommandFailure.usage(
                    "there are "
                            + chosen.size()
                            + " of them; name one with --from: "
                            + chosen.stream()
                                    .map(entry -> entry.effectiveFrom().toString())
                                    .sorted()
                                    .toList());
        }
        log.change(List.of(), chosen, around.clock(), _ -> {});
        if (!options.quiet()) {
            around.out().println("removed " + PriceLines.line(chosen.getFirst()));
            around.out().flush();
        }
        return ExitCode.OK;
    }
}
