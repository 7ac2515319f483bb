package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `millrace providers`.
@Command(
        name = "providers",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description =
                "Lists the providers as every worker sees them: whether they answer and take the"
                        + " credential, how many models they serve, how many calls run and may run"
                        + " at once, how those of the last minute fared, and what went wrong last.",
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace providers",
            "  millrace providers --targets",
            "  millrace providers --servers",
            "  millrace providers --json | jq -r '.data[] | select(.state != \"ready\") | .provider'"
        })
final class ProvidersCommand extends ListingCommand {

    /// Where the gateway lists them.
    static final String PATH = "/admin/providers";

    /// What has a line of its own.
    private static final class Lines {
        @Option(
                names = "--targets",
                description = "A line for each model that was called lately, with its times.")
        private boolean targets;

        @Option(
                names = "--servers",
                description =
                        "A line for each server of the providers that have several, with the calls"
                                + " that run there, its load, and what went wrong last.")
        private boolean servers;
    }

    @ArgGroup private Lines lines = new Lines();

    ProvidersCommand(Surroundings around) {
        super(around, PATH, "No worker serves a provider now.");
    }

    @Override
    Table table(List<JsonNode> pools, Gateway gateway) {
        if (lines.servers) {
            return ServerTable.of(pools);
        }
        return lines.targets ? TargetTable.of(pools) : providers(pools);
    }

    private static Table providers(List<JsonNode> pools) {
        Table table =
                new Table(
                        List.of(
                                Column.left("PROVIDER"),
                                Column.left("KIND"),
                                Column.left("WHERE"),
                                Column.left("STATE"),
                                Column.right("MODELS"),
                                Column.right("RUNNING"),
                                Column.right("AT MOST"),
                                Column.right("CALLS"),
                                Column.right("FAILED"),
                                Column.left("WORKER"),
                                Column.left("LAST ERROR")));
        for (JsonNode pool : pools) {
            table.row(
                    List.of(
                            Json.text(pool, "provider"),
                            Json.text(pool, "kind"),
                            Json.text(pool, "location"),
                            Json.text(pool, "state").replace('_', ' '),
                            String.valueOf(pool.path("models").size()),
                            pool.path("in_flight").asString(""),
                            pool.path("window").asString(""),
                            String.valueOf(sum(pool, "calls")),
                            String.valueOf(sum(pool, "failures")),
                            Json.text(pool, "instance"),
                            pool.path("last_error").asString("")));
        }
        return table;
    }

    private static long sum(JsonNode pool, String member) {
        long sum = 0;
        for (JsonNode target : pool.path("targets")) {
            sum += target.path(member).asLong(0);
        }
        return sum;
    }
}
