package dev.millrace.worker.provider;

import org.jspecify.annotations.Nullable;

/// What identifies a call at the provider.
///
/// @param status the HTTP status; null where none came
/// @param requestId the provider's own id of the call; null where it gave none
public record UpstreamTrace(@Nullable Integer status, @Nullable String requestId) {

    /// Nothing came back.
    public static final UpstreamTrace SILENCE = new UpstreamTrace(null, null);
}
