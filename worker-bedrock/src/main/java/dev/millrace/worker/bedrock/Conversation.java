package dev.millrace.worker.bedrock;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;

/// A chat request in Converse's terms.
///
/// @param system the instructions, in the order in which they came
/// @param messages the turns; neighbours never have the same role
/// @param inference null where the client set nothing
/// @param tools null where there are none
/// @param output null where any text will do
/// @param usageAsked whether the client asked for usage at the end of a stream
record Conversation(
        List<SystemContentBlock> system,
        List<Message> messages,
        @Nullable InferenceConfiguration inference,
        @Nullable ToolConfiguration tools,
        @Nullable OutputConfig output,
        boolean usageAsked) {

    Conversation {
        system = List.copyOf(system);
        messages = List.copyOf(messages);
    }

    ConverseRequest whole(String model) {
        ConverseRequest.Builder request = ConverseRequest.builder().modelId(model);
        request.messages(messages);
        if (!system.isEmpty()) {
            request.system(system);
        }
        if (inference != null) {
            request.inferenceConfig(inference);
        }
        if (tools != null) {
            request.toolConfig(tools);
        }
        if (output != null) {
            request.outputConfig(output);
        }
        return request.build();
    }

    ConverseStreamRequest streamed(String model) {
        ConverseStreamRequest.Builder request = ConverseStreamRequest.builder().modelId(model);
        request.messages(messages);
        if (!system.isEmpty()) {
            request.system(system);
        }
        if (inference != null) {
            request.inferenceConfig(inference);
        }
        if (tools != null) {
            request.toolConfig(tools);
        }
        if (output != null) {
            request.outputConfig(output);
        }
        return request.build();
    }
}
