package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.schemas.Rebuild;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `millrace rebuild-costs`.
@Command(
        name = "rebuild-costs",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Has the accounting service compute the sums anew from all charges on the log, beside",
            "those that are shown, and replace those that differ. Calls are charged on meanwhile.",
            "Sums of hours, days and months of which charges are no longer kept stay as they are."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace rebuild-costs --check",
            "  millrace rebuild-costs",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class RebuildCostsCommand implements Callable<Integer> {

    private final Surroundings around;

    @Option(names = "--check", description = "Replace nothing; end with 1 where anything differs.")
    private boolean check;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    RebuildCostsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Rebuild> finished;
        try (RebuildTopic topic = RebuildTopic.open(target.access(around), around.clock())) {
            try (ProgressBar bar = new ProgressBar(around, topic.partitions(), !options.quiet())) {
                finished = topic.rebuild(!check, bar::reached);
            }
        }
        long changed = finished.stream().mapToLong(Rebuild::getChanged).sum();
        if (json) {
            around.out().println(Json.MAPPER.writeValueAsString(json(finished)));
        } else {
            table(finished).print(around.out(), around.style(options.color()));
        }
        around.out().flush();
        if (!options.quiet()) {
            around.err().println((check ? "sums that differ: " : "sums replaced: ") + changed);
            around.err().flush();
        }
        return check && changed > 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private static Table table(List<Rebuild> finished) {
        Table table =
                new Table(
                        List.of(
                                Column.right("PARTITION"),
                                Column.right("CHARGES"),
                                Column.right("SUMS"),
                                Column.right("DIFFERED"),
                                Column.left("FROM")));
        for (Rebuild one : finished) {
            table.row(
                    List.of(
                            String.valueOf(one.getPartition()),
                            Long.toString(one.getCharges()),
                            Long.toString(one.getSums()),
                            Long.toString(one.getChanged()),
                            one.getCompleteFrom() == null
                                    ? "the first charge"
                                    : one.getCompleteFrom().toString()));
        }
        return table;
    }

    private static ArrayNode json(List<Rebuild> finished) {
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (Rebuild one : finished) {
            ObjectNode row =
                    rows.addObject()
                            .put("partition", Objects.requireNonNull(one.getPartition()))
                            .put("charges", one.getCharges())
                            .put("sums", one.getSums())
                            .put("differed", one.getChanged())
                            .put("replaced", one.getApply());
            if (one.getCompleteFrom() != null) {
                row.put("from", one.getCompleteFrom().toString());
            }
        }
        return rows;
    }
}
