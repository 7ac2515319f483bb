package dev.millrace.worker.http;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An error as an upstream tells it.
///
/// @param message for a person
/// @param type the error's class, as the provider calls it; null where it has none
/// @param code what is wrong, as the provider calls it; null where it does not say
/// @param param the request's member that is at fault; null where it does not say
/// @param retryAfter when the provider wants to be asked again, where its body says so; null
///   otherwise
public record UpstreamError(
        String message,
        @Nullable String type,
        @Nullable String code,
        @Nullable String param,
        @Nullable Duration retryAfter) {

    /// An error that says no more than this.
    public UpstreamError(String message) {
        this(message, null, null, null, null);
    }

    /// An error whose body says nothing of when to ask again.
    public UpstreamError(
            String message, @Nullable String type, @Nullable String code, @Nullable String param) {
        this(message, type, code, param, null);
    }

    /// Whether the request does not fit the model's context.
    boolean isAboutContext() {
        return says("context_length_exceeded")
                || says("exceed_context_size")
                || says("maximum context length")
                || says("context window")
                || says("prompt is too long")
                || says("exceeds the maximum number of tokens")
                || says("too many tokens")
                || says("`inputs` must have less than")
                || says("`inputs` tokens + `max_new_tokens` must be");
    }

    /// Whether the provider refuses the content.
    boolean isAboutContent() {
        return says("content_filter") || says("content_policy_violation");
    }

    /// Whether the account has no credit left, which no waiting mends. Looks at no words: Google
    /// speaks of plans and billing where a minute's quota is used up.
    boolean isAboutCredit() {
        return isOfKind("insufficient_quota") || isOfKind("billing");
    }

    /// Whether the request alone is more than the quota of a whole minute, which no waiting mends:
    /// "Request too large for gpt-4o … on tokens per min (TPM): Limit 30000, Requested 36278."
    boolean isAboutSize() {
        return contains(message, "request too large for");
    }

    /// Whether a bad request is one only because of its credential: Google says so of an unknown
    /// key, Anthropic of an account without credit. Looks at no words that the request may have
    /// brought in.
    boolean isAboutCredential() {
        return contains(code, "api_key_invalid")
                || contains(code, "invalid_api_key")
                || contains(message, "credit balance is too low");
    }

    /// Whether the provider has too much to do.
    boolean isAboutLoad() {
        return says("rate_limit") || says("overloaded") || says("too many requests");
    }

    private boolean says(String words) {
        return isOfKind(words) || contains(message, words);
    }

    private boolean isOfKind(String words) {
        return contains(code, words) || contains(type, words);
    }

    private static boolean contains(@Nullable String text, String words) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(words);
    }
}
