package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `millrace models`.
@Command(
        name = "models",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description =
                "Lists the models that can be used now: by the name to ask for, with the provider"
                        + " that would answer.",
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {"  millrace models", "  millrace models --json | jq -r '.data[].id'"})
final class ModelsCommand implements Callable<Integer> {

    private final Surroundings around;

    @Option(names = "--json", description = "Print the API's JSON instead of a table.")
    private boolean json;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    ModelsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        String answer;
        try (Gateway gateway = target.gateway(around)) {
            answer = gateway.get("/v1/models", "application/json");
        }
        if (json) {
            around.out().println(answer.strip());
        } else {
            print(Listing.of(answer));
        }
        around.out().flush();
        return ExitCode.OK;
    }

    private void print(List<JsonNode> models) {
        if (models.isEmpty()) {
            if (!options.quiet()) {
                around.err().println("No model can be used now.");
                around.err().flush();
            }
            return;
        }
        Table table = new Table(List.of(Column.left("MODEL"), Column.left("PROVIDER")));
        for (JsonNode model : models) {
            table.row(List.of(Json.text(model, "id"), Json.text(model, "owned_by")));
        }
        table.print(around.out(), around.style(options.color()));
    }
}
