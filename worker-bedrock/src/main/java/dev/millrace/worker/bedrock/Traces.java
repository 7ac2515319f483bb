package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.UpstreamTrace;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeResponse;

/// What identifies a call at Bedrock.
final class Traces {
    /// The SDK says so where Bedrock named no id.
    private static final String NO_ID = "UNKNOWN";

    private Traces() {}

    static UpstreamTrace of(BedrockRuntimeResponse response) {
        return new UpstreamTrace(
                response.sdkHttpResponse().statusCode(),
                id(response.responseMetadata().requestId()));
    }

    static @Nullable String id(@Nullable String requestId) {
        return NO_ID.equals(requestId) ? null : requestId;
    }
}
