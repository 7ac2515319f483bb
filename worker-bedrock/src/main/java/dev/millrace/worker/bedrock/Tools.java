package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Unmappable;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.AnyToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.SpecificToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;

/// The tools that a request offers, and the choice among them, as Converse takes them.
final class Tools {
    /// A function without parameters takes an empty object.
    private static final Document NO_PARAMETERS =
            Document.fromMap(
                    Map.of(
                            "type",
                            Document.fromString("object"),
                            "properties",
                            Document.fromMap(Map.of())));

    private Tools() {}

    /// Null where no tool is to be called. Converse wants the tools named once one was.
    static @Nullable ToolConfiguration of(ChatRequest chat) throws Unmappable {
        if (chat.tools().isEmpty()) {
            return null;
        }
        if (chat.toolChoice() instanceof ToolChoice.None) {
            if (chat.toolsUsed()) {
                throw Unmappable.value(
                        "tool_choice", "'none' is not possible once tools were called");
            }
            return null;
        }
        ToolConfiguration.Builder configuration =
                ToolConfiguration.builder()
                        .tools(chat.tools().stream().flatMap(Tools::specified).toList());
        switch (chat.toolChoice()) {
            case ToolChoice.Auto _, ToolChoice.None _ -> {}
            case ToolChoice.Required _ ->
                    configuration.toolChoice(choice -> choice.any(AnyToolChoice.builder().build()));
            case ToolChoice.Named named ->
                    configuration.toolChoice(choice ->
                            choice.tool(SpecificToolChoice.builder().name(named.name()).build()));
        }
        return configuration.build();
    }

    private static Stream<Tool> specified(dev.millrace.worker.canonical.Tool tool) {
        ToolSpecification.Builder specification =
                ToolSpecification.builder()
                        .name(tool.name())
                        .description(tool.description())
                        .inputSchema(
                                ToolInputSchema.fromJson(
                                        tool.parameters() == null
                                                ? NO_PARAMETERS
                                                : Documents.of(tool.parameters())));
        if (tool.strict()) {
            specification.strict(true);
        }
        Tool specified = Tool.fromToolSpec(specification.build());
        return tool.cacheControl() == null
                ? Stream.of(specified)
                : Stream.of(specified, Tool.fromCachePoint(Blocks.cachePoint(tool.cacheControl())));
    }
}
