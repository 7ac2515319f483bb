package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Command;
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
final class ModelsCommand extends ListingCommand {

    ModelsCommand(Surroundings around) {
        super(around, "/v1/models", "No model can be used now.");
    }

    @Override
    Table table(List<JsonNode> models) {
        Table table = new Table(List.of(Column.left("MODEL"), Column.left("PROVIDER")));
        for (JsonNode model : models) {
            table.row(List.of(Json.text(model, "id"), Json.text(model, "owned_by")));
        }
        return table;
    }
}
