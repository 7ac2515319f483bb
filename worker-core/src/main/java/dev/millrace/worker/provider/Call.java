package dev.millrace.worker.provider;

import java.util.UUID;

/// One call to a model.
///
/// @param attemptId new for every call
/// @param operation what is asked
/// @param model the model's name at the provider
/// @param body the client's JSON body as it came; not to be changed
/// @param stream whether the client asked for chunks
/// @param estimatedPromptTokens what the call is charged for where the provider reports nothing
/// @param pricing tells the cost that goes into the answer's `usage`
public record Call(
        UUID attemptId,
        Operation operation,
        String model,
        byte[] body,
        boolean stream,
        long estimatedPromptTokens,
        Pricing pricing) {

    public Call {
        if (stream && operation == Operation.EMBEDDING) {
            throw new IllegalArgumentException("embeddings are not streamed");
        }
    }
}
