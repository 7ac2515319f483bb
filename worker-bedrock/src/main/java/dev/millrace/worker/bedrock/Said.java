package dev.millrace.worker.bedrock;

import dev.millrace.worker.canonical.ChatAnswer;
import java.util.List;
import software.amazon.awssdk.services.bedrockruntime.model.CitationGeneratedContent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.node.ObjectNode;

/// What a model said in Converse's blocks. Where citations come from has no place in OpenAI's
/// answers.
final class Said {
    private Said() {}

    static ChatAnswer by(List<ContentBlock> blocks) {
        ChatAnswer answer = new ChatAnswer();
        for (ContentBlock block : blocks) {
            switch (block.type()) {
                case TEXT -> answer.text(block.text());
                case CITATIONS_CONTENT -> {
                    for (CitationGeneratedContent cited : block.citationsContent().content()) {
                        answer.text(cited.text());
                    }
                }
                case REASONING_CONTENT -> {
                    if (block.reasoningContent().reasoningText() != null) {
                        answer.reasoning(block.reasoningContent().reasoningText().text());
                    }
                    ObjectNode thoughts = Thoughts.block(block.reasoningContent());
                    if (thoughts != null) {
                        answer.thinkingBlock(thoughts);
                    }
                }
                case TOOL_USE -> {
                    ToolUseBlock call = block.toolUse();
                    answer.toolCall(
                            call.toolUseId(),
                            call.name(),
                            Documents.json(call.input()).toString(),
                            null);
                }
                default -> {}
            }
        }
        return answer;
    }
}
