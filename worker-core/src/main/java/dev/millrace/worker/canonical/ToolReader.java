package dev.millrace.worker.canonical;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads the tools that a request offers, and the choice among them.
final class ToolReader {
    private ToolReader() {}

    static List<Tool> tools(JsonNode offered) throws Unmappable {
        if (Bodies.absent(offered)) {
            return List.of();
        }
        if (!offered.isArray()) {
            throw Unmappable.malformed("tools", "'tools' must be an array.");
        }
        List<Tool> tools = new ArrayList<>(offered.size());
        for (int i = 0; i < offered.size(); i++) {
            tools.add(tool(offered.path(i), "tools[" + i + "]"));
        }
        return tools;
    }

    static ToolChoice choice(JsonNode wanted, List<Tool> tools) throws Unmappable {
        if (Bodies.absent(wanted) || "auto".equals(wanted.asString(""))) {
            return new ToolChoice.Auto();
        }
        if ("none".equals(wanted.asString(""))) {
            return new ToolChoice.None();
        }
        if (tools.isEmpty()) {
            throw Unmappable.malformed("tool_choice", "'tool_choice' needs 'tools'.");
        }
        String name = Bodies.text(wanted.path("function"), "name");
        if ("function".equals(wanted.path("type").asString("")) && name != null) {
            return new ToolChoice.Named(name);
        }
        if ("required".equals(wanted.asString(""))) {
            return new ToolChoice.Required();
        }
        throw Unmappable.value("tool_choice", "use 'auto', 'required', 'none' or a named function");
    }

    private static Tool tool(JsonNode offered, String at) throws Unmappable {
        if (!"function".equals(offered.path("type").asString(""))) {
            throw Unmappable.value(at + ".type", "only 'function' is");
        }
        JsonNode function = offered.path("function");
        String name = Bodies.text(function, "name");
        if (name == null) {
            throw Unmappable.malformed(at + ".function.name", "A function needs a name.");
        }
        JsonNode parameters = function.path("parameters");
        if (!Bodies.absent(parameters) && !parameters.isObject()) {
            throw Unmappable.malformed(
                    at + ".function.parameters", "A function's parameters are a JSON schema.");
        }
        String description = Bodies.text(function, "description");
        return new Tool(
                name,
                description == null || description.isEmpty() ? null : description,
                parameters.isObject() ? parameters : null,
                function.path("strict").asBoolean(false),
                ContentReader.cacheControl(offered));
    }
}
