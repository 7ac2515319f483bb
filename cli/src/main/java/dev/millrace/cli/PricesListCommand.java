package dev.millrace.cli;

import dev.millrace.configuration.prices.PriceEntry;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace prices list`.
@Command(
        name = "list",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Shows the prices in force, of the configuration and beside it. The starter list that",
            "Millrace brings along counts where there is no other price."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices list --provider openai",
            "  millrace prices list --all --json",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class PricesListCommand implements Callable<Integer> {

    private static final Comparator<PriceEntry> ORDER =
            Comparator.comparing(PriceEntry::provider)
                    .thenComparing(PriceEntry::model)
                    .thenComparing(PriceEntry::effectiveFrom);

    private final Surroundings around;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Only of a provider, or of a kind of provider.")
    private @Nullable String provider;

    @Option(names = "--model", paramLabel = "MODEL", description = "Only of a model.")
    private @Nullable String model;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "In force at a time: 7d, a date or a time with its offset. Default: now.")
    private @Nullable String asOf;

    @Option(names = "--all", description = "Also those that hold no longer, or not yet.")
    private boolean all;

    @Option(names = "--starter", description = "Also the starter list.")
    private boolean starter;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    PricesListCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (all && asOf != null) {
            throw CommandFailure.usage("--all and --as-of exclude each other");
        }
        Instant time =
                asOf == null
                        ? around.clock().instant()
                        : PointInTime.parse("--as-of", asOf, around.clock());
        PricesOnLog log = PricesOnLog.read(target.access(around));
        List<PriceEntry> entries =
                Stream.concat(
                                chosen(log.prices().configured(), time),
                                starter ? chosen(log.prices().starter(), time) : Stream.of())
                        .filter(entry -> provider == null || entry.provider().equals(provider))
                        .filter(entry -> model == null || entry.model().equals(model))
                        .sorted(ORDER)
                        .toList();
        if (json) {
            around.out().println(Json.MAPPER.writeValueAsString(PriceLines.json(entries)));
        } else if (!entries.isEmpty()) {
            PriceLines.table(entries).print(around.out(), around.style(options.color()));
        }
        around.out().flush();
        if (entries.isEmpty() && !options.quiet()) {
            around.err().println("There are no such prices.");
            around.err().flush();
        }
        return ExitCode.OK;
    }

    private Stream<PriceEntry> chosen(List<PriceEntry> entries, Instant time) {
        if (all) {
            return entries.stream();
        }
        Map<List<String>, PriceEntry> inForce = new HashMap<>();
        for (PriceEntry entry : entries) {
            if (!entry.effectiveFrom().isAfter(time)) {
                inForce.merge(
                        List.of(entry.provider(), entry.model()),
                        entry,
                        (one, other) -> ORDER.compare(one, other) < 0 ? other : one);
            }
        }
        return inForce.values().stream();
    }
}
