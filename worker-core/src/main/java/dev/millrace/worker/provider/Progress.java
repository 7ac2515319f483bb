package dev.millrace.worker.provider;

/// How far a call came that did not complete.
///
/// @param contentSent whether content is on its way to the client, after which nothing is retried
/// @param usage the tokens used until then
public record Progress(boolean contentSent, TokenUsage usage) {

    /// The call never got going.
    public static final Progress NONE = new Progress(false, TokenUsage.NONE);
}
