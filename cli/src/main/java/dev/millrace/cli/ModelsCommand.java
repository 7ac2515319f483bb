package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Command;
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
        footer = {
            "  millrace models",
            "  millrace models --health",
            "  millrace models --json | jq -r '.data[].id'"
        })
final class ModelsCommand extends ListingCommand {

    @Option(
            names = "--health",
            description =
                    "Show how the calls of the last minute fared, at the worker that made most.")
    private boolean health;

    ModelsCommand(Surroundings around) {
        super(around, "/v1/models", "No model can be used now.");
    }

    @Override
    void check(boolean asJson) {
        if (asJson && health) {
            throw CommandFailure.usage(
                    "--health is for tables; 'millrace providers --json' tells how targets fare");
        }
    }

    @Override
    Table table(List<JsonNode> models, Gateway gateway) throws InterruptedException {
        if (health) {
            String pools = gateway.get(ProvidersCommand.PATH, "application/json");
            return HealthTable.of(models, Listing.of(pools));
        }
        Table table = new Table(List.of(Column.left("MODEL"), Column.left("PROVIDER")));
        for (JsonNode model : models) {
            table.row(List.of(Json.text(model, "id"), Json.text(model, "owned_by")));
        }
        return table;
    }
}
