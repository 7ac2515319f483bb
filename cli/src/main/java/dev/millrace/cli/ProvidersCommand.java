package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
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
                        + " at once, and what went wrong last.",
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace providers",
            "  millrace providers --json | jq -r '.data[] | select(.state != \"ready\") | .provider'"
        })
final class ProvidersCommand implements Callable<Integer> {

    private final Surroundings around;

    @Option(names = "--json", description = "Print the API's JSON instead of a table.")
    private boolean json;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    ProvidersCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        String answer;
        try (Gateway gateway = target.gateway(around)) {
            answer = gateway.get("/admin/providers", "application/json");
        }
        if (json) {
            around.out().println(answer.strip());
        } else {
            print(Listing.of(answer));
        }
        around.out().flush();
        return ExitCode.OK;
    }

    private void print(List<JsonNode> pools) {
        if (pools.isEmpty()) {
            if (!options.quiet()) {
                around.err().println("No worker serves a provider now.");
                around.err().flush();
            }
            return;
        }
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
        table.print(around.out(), around.style(options.color()));
    }
}
