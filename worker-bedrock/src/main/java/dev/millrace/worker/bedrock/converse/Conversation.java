package dev.millrace.worker.bedrock.converse;

import dev.millrace.worker.canonical.AnswerFormat;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.ChatRequest;
import dev.millrace.worker.canonical.Part;
import dev.millrace.worker.canonical.Sampling;
import dev.millrace.worker.canonical.ToolChoice;
import dev.millrace.worker.canonical.Turn;
import dev.millrace.worker.canonical.Unmappable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.AnyToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.JsonSchemaDefinition;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormat;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatStructure;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;
import software.amazon.awssdk.services.bedrockruntime.model.SpecificToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;

/// A chat request in Converse's terms.
///
/// @param system the instructions, in the order in which they came; null for none
/// @param messages the turns
/// @param inference null where the client set nothing
/// @param tools null where there are none
/// @param output null where any text will do
/// @param options what Converse alone has
public record Conversation(
        @Nullable List<SystemContentBlock> system,
        List<Message> messages,
        @Nullable InferenceConfiguration inference,
        @Nullable ToolConfiguration tools,
        @Nullable OutputConfig output,
        ConverseOptions options) {

    /// A function without parameters takes an empty object.
    private static final Document NO_PARAMETERS =
            Document.fromMap(
                    Map.of(
                            "type",
                            Document.fromString("object"),
                            "properties",
                            Document.fromMap(Map.of())));

    public Conversation {
        system = system == null ? null : List.copyOf(system);
        messages = List.copyOf(messages);
    }

    /// Puts a request into these terms.
    ///
    /// @throws Unmappable if the request asks for what Converse does not have
    public static Conversation of(ChatRequest chat, ConverseOptions options) throws Unmappable {
        List<Message> messages = new ArrayList<>();
        for (Turn turn : chat.turns()) {
            List<ContentBlock> blocks = new ArrayList<>();
            for (Part part : turn.parts()) {
                Blocks.add(part, blocks);
            }
            ConversationRole role =
                    switch (turn.role()) {
                        case USER -> ConversationRole.USER;
                        case ASSISTANT -> ConversationRole.ASSISTANT;
                    };
            messages.add(Message.builder().role(role).content(blocks).build());
        }
        return new Conversation(
                system(chat),
                messages,
                inference(chat.sampling()),
                tools(chat),
                output(chat.format()),
                options);
    }

    /// The request for an answer that comes at once.
    public ConverseRequest whole(String model) {
        ConverseRequest.Builder request =
                ConverseRequest.builder()
                        .modelId(model)
                        .messages(messages)
                        .system(system)
                        .inferenceConfig(inference)
                        .toolConfig(tools)
                        .outputConfig(output);
        options.addTo(request);
        return request.build();
    }

    /// The request for an answer that comes in pieces.
    public ConverseStreamRequest streamed(String model) {
        ConverseStreamRequest.Builder request =
                ConverseStreamRequest.builder()
                        .modelId(model)
                        .messages(messages)
                        .system(system)
                        .inferenceConfig(inference)
                        .toolConfig(tools)
                        .outputConfig(output);
        options.addTo(request);
        return request.build();
    }

    private static @Nullable InferenceConfiguration inference(Sampling sampling) {
        InferenceConfiguration.Builder inference =
                InferenceConfiguration.builder()
                        .maxTokens(sampling.maxTokens())
                        .temperature(number(sampling.temperature()))
                        .topP(number(sampling.topP()));
        if (!sampling.stops().isEmpty()) {
            inference.stopSequences(sampling.stops());
        }
        InferenceConfiguration built = inference.build();
        return built.equals(InferenceConfiguration.builder().build()) ? null : built;
    }

    private static @Nullable Float number(@Nullable BigDecimal number) {
        return number == null ? null : number.floatValue();
    }

    private static @Nullable List<SystemContentBlock> system(ChatRequest chat) {
        List<SystemContentBlock> system = new ArrayList<>();
        for (Part.Text text : chat.system()) {
            system.add(SystemContentBlock.fromText(text.text()));
            if (text.cacheControl() != null) {
                system.add(
                        SystemContentBlock.fromCachePoint(Blocks.cachePoint(text.cacheControl())));
            }
        }
        if (chat.format() instanceof AnswerFormat.JsonObject) {
            system.add(SystemContentBlock.fromText(AnswerFormat.JsonObject.INSTRUCTION));
        }
        return system.isEmpty() ? null : system;
    }

    /// Converse has JSON by a schema; any JSON object is asked for in words.
    private static @Nullable OutputConfig output(AnswerFormat format) {
        return switch (format) {
            case AnswerFormat.Text _, AnswerFormat.JsonObject _ -> null;
            case AnswerFormat.Schema described -> {
                JsonSchemaDefinition.Builder schema =
                        JsonSchemaDefinition.builder()
                                .schema(
                                        new String(
                                                Bodies.bytes(described.schema()),
                                                StandardCharsets.UTF_8))
                                .name(described.name())
                                .description(described.description());
                yield OutputConfig.builder()
                        .textFormat(
                                OutputFormat.builder()
                                        .type(OutputFormatType.JSON_SCHEMA)
                                        .structure(
                                                OutputFormatStructure.fromJsonSchema(
                                                        schema.build()))
                                        .build())
                        .build();
            }
        };
    }

    /// Null where no tool is to be called. Converse wants the tools named once one was.
    private static @Nullable ToolConfiguration tools(ChatRequest chat) throws Unmappable {
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
                        .tools(chat.tools().stream().flatMap(Conversation::specified).toList());
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
