package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/// `millrace providers`.
@Command(
        name = "providers",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description =
                "Lists the providers as every worker sees them: whether they answer and take the"
                        + " credential, how many models they serve, how many calls run and may run"
                        + " at once, and what went wrong last.",
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace providers",
            "  millrace providers --json | jq -r '.data[] | select(.state != \"ready\") | .provider'"
        })
final class ProvidersCommand extends ListingCommand {

    ProvidersCommand(Surroundings around) {
        super(around, "/admin/providers", "No worker serves a provider now.");
    }

    @Override
    Table table(List<JsonNode> pools) {
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
                            Json.text(pool, "instance"),
                            pool.path("last_error").asString("")));
        }
        return table;
    }
}
