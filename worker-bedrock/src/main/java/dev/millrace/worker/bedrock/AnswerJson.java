package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CitationGeneratedContent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes OpenAI's answers and chunks. Citations and reasoning that Bedrock hides have no place in
/// them; reasoning that it shows goes into `reasoning_content`, where other servers put it.
///
/// @param call what is answered
/// @param created when the answer began
record AnswerJson(Call call, Instant created) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    /// A whole answer.
    ///
    /// @param usage null where Bedrock reported none
    byte[] whole(List<ContentBlock> blocks, String finishReason, @Nullable TokenUsage usage) {
        ObjectNode answer = head("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.set("message", message(blocks));
        choice.putNull("logprobs").put("finish_reason", finishReason);
        if (usage != null) {
            answer.set("usage", ReportedUsage.json(usage, call.pricing()));
        }
        return bytes(answer);
    }

    /// A chunk that adds to the answer.
    ///
    /// @param finishReason null but in the last
    /// @param usageFollows whether the client was promised usage, which other chunks have as null
    byte[] chunk(ObjectNode delta, @Nullable String finishReason, boolean usageFollows) {
        ObjectNode chunk = head("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        if (usageFollows) {
            chunk.putNull("usage");
        }
        return bytes(chunk);
    }

    /// The chunk that reports usage.
    byte[] usageChunk(TokenUsage usage) {
        ObjectNode chunk = head("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", ReportedUsage.json(usage, call.pricing()));
        return bytes(chunk);
    }

    /// What a model wrote in these blocks, to estimate its tokens.
    static String text(List<ContentBlock> blocks) {
        return message(blocks).toString();
    }

    private ObjectNode head(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", "chatcmpl-" + call.attemptId())
                .put("object", object)
                .put("created", created.getEpochSecond())
                .put("model", call.model());
    }

    private static ObjectNode message(List<ContentBlock> blocks) {
        StringBuilder content = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        List<ToolUseBlock> calls =
                blocks.stream()
                        .filter(block -> block.type() == ContentBlock.Type.TOOL_USE)
                        .map(ContentBlock::toolUse)
                        .toList();
        for (ContentBlock block : blocks) {
            switch (block.type()) {
                case TEXT -> content.append(block.text());
                case CITATIONS_CONTENT ->
                        content.append(
                                block.citationsContent().content().stream()
                                        .map(CitationGeneratedContent::text)
                                        .collect(Collectors.joining()));
                case REASONING_CONTENT -> {
                    if (block.reasoningContent().reasoningText() != null) {
                        reasoning.append(block.reasoningContent().reasoningText().text());
                    }
                }
                default -> {}
            }
        }
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        if (content.isEmpty() && !calls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", content.toString());
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        message.putNull("refusal");
        if (!calls.isEmpty()) {
            var list = message.putArray("tool_calls");
            for (ToolUseBlock call : calls) {
                list.addObject()
                        .put("id", call.toolUseId())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name())
                        .put("arguments", Documents.json(call.input()).toString());
            }
        }
        return message;
    }

    private static byte[] bytes(ObjectNode json) {
        return MAPPER.writeValueAsBytes(json);
    }
}
