package dev.millrace.cli.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How an expectation is written: a text, which the answer is to be; or an object with one of
/// `exact`, `contains` (a text or several) and `json`.
final class ExpectationForm {

    static final Set<String> MEMBERS = Set.of("exact", "contains", "json");

    private ExpectationForm() {}

    /// @throws BadLine if it is no expectation
    static Expectation read(JsonNode form) throws BadLine {
        if (form instanceof ObjectNode object) {
            return read(object);
        }
        return new Expectation.Exact(JsonLine.text(form, "expect"));
    }

    /// Members that are no part of an expectation are the caller's to check.
    ///
    /// @throws BadLine if there is not exactly one of those that are
    static Expectation read(ObjectNode form) throws BadLine {
        List<String> given = MEMBERS.stream().filter(form::has).toList();
        if (given.size() != 1) {
            throw new BadLine("expects not exactly one of " + JsonLine.listed(MEMBERS));
        }
        String kind = given.getFirst();
        JsonNode value = form.path(kind);
        return switch (kind) {
            case "exact" -> new Expectation.Exact(JsonLine.text(value, kind));
            case "contains" -> contains(value);
            default -> new Expectation.JsonEqual(value);
        };
    }

    private static Expectation contains(JsonNode value) throws BadLine {
        List<String> parts = new ArrayList<>();
        if (value.isArray()) {
            for (JsonNode part : value.values()) {
                parts.add(JsonLine.text(part, "contains"));
            }
        } else {
            parts.add(JsonLine.text(value, "contains"));
        }
        if (parts.isEmpty()) {
            throw new BadLine("'contains' is empty");
        }
        return new Expectation.Contains(parts);
    }
}
