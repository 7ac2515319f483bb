package dev.millrace.worker.bedrock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.AnyToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.AutoToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.SpecificToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;
import tools.jackson.databind.JsonNode;

/// Reads the tools that a request offers, and the choice among them.
final class ToolReader {
    /// A function without parameters takes an empty object.
    private static final Document NO_PARAMETERS =
            Document.fromMap(
                    Map.of(
                            "type",
                            Document.fromString("object"),
                            "properties",
                            Document.fromMap(Map.of())));

    private ToolReader() {}

    /// @param used whether earlier turns call tools; Converse wants the tools named then
    static @Nullable ToolConfiguration read(JsonNode request, boolean used) throws Unmappable {
        JsonNode offered = request.path("tools");
        JsonNode wanted = request.path("tool_choice");
        List<Tool> tools = tools(offered);
        if (tools.isEmpty()) {
            boolean callWanted =
                    !ConversationReader.absent(wanted)
                            && !"none".equals(wanted.asString(""))
                            && !"auto".equals(wanted.asString(""));
            if (callWanted) {
                throw Unmappable.malformed("tool_choice", "'tool_choice' needs 'tools'.");
            }
            return null;
        }
        if ("none".equals(wanted.asString(""))) {
            if (used) {
                throw Unmappable.value(
                        "tool_choice", "'none' is not possible once tools were called");
            }
            return null;
        }
        ToolConfiguration.Builder configuration = ToolConfiguration.builder().tools(tools);
        ToolChoice choice = choice(wanted);
        if (choice != null) {
            configuration.toolChoice(choice);
        }
        return configuration.build();
    }

    private static List<Tool> tools(JsonNode offered) throws Unmappable {
        if (ConversationReader.absent(offered)) {
            return List.of();
        }
        if (!offered.isArray()) {
            throw Unmappable.malformed("tools", "'tools' must be an array.");
        }
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < offered.size(); i++) {
            tools.add(tool(offered.path(i), "tools[" + i + "]"));
        }
        return tools;
    }

    private static Tool tool(JsonNode offered, String at) throws Unmappable {
        if (!"function".equals(offered.path("type").asString(""))) {
            throw Unmappable.value(at + ".type", "only 'function' is");
        }
        JsonNode function = offered.path("function");
        JsonNode name = function.path("name");
        if (!name.isString()) {
            throw Unmappable.malformed(at + ".function.name", "A function needs a name.");
        }
        JsonNode parameters = function.path("parameters");
        if (!ConversationReader.absent(parameters) && !parameters.isObject()) {
            throw Unmappable.malformed(
                    at + ".function.parameters", "A function's parameters are a JSON schema.");
        }
        ToolSpecification.Builder specification =
                ToolSpecification.builder()
                        .name(name.stringValue())
                        .inputSchema(
                                ToolInputSchema.fromJson(
                                        parameters.isObject()
                                                ? Documents.of(parameters)
                                                : NO_PARAMETERS));
        if (function.path("description").isString()
                && !function.path("description").stringValue().isEmpty()) {
            specification.description(function.path("description").stringValue());
        }
        if (function.path("strict").asBoolean(false)) {
            specification.strict(true);
        }
        return Tool.fromToolSpec(specification.build());
    }

    private static @Nullable ToolChoice choice(JsonNode wanted) throws Unmappable {
        if (ConversationReader.absent(wanted)) {
            return null;
        }
        if (wanted.isObject()) {
            JsonNode name = wanted.path("function").path("name");
            if ("function".equals(wanted.path("type").asString("")) && name.isString()) {
                return ToolChoice.fromTool(
                        SpecificToolChoice.builder().name(name.stringValue()).build());
            }
        }
        return switch (wanted.asString("")) {
            case "auto" -> ToolChoice.fromAuto(AutoToolChoice.builder().build());
            case "required" -> ToolChoice.fromAny(AnyToolChoice.builder().build());
            default ->
                    throw Unmappable.value(
                            "tool_choice", "use 'auto', 'required', 'none' or a named function");
        };
    }
}
