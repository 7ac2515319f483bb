package dev.millrace.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// The API's lists: `{"object":"list","data":[…]}`.
final class Listing {

    private Listing() {}

    /// The entries of a list.
    ///
    /// @throws CommandFailure if the answer is no list
    static List<JsonNode> of(String answer) {
        return Json.object(answer)
                .filter(list -> list.path("data").isArray())
                .map(list -> Json.objects(list, "data"))
                .orElseThrow(() -> CommandFailure.of("the gateway sent what is not a list"));
    }
}
