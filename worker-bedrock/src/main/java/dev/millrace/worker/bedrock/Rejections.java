package dev.millrace.worker.bedrock;

import dev.millrace.worker.http.Redaction;
import dev.millrace.worker.provider.ErrorAnswer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What a client is told of a request that Bedrock rejects: Bedrock's own words without the account
/// and its credentials, and OpenAI's code where there is one.
final class Rejections {
    private static final Pattern ACCOUNT =
            Pattern.compile("(?i)\\barn:[\\w:/.*-]+|\\b\\d{12}\\b|\\bA[KS]IA[A-Z0-9]{8,}");

    /// Each provider of models words it in its own way.
    private static final List<String> CONTEXT =
            List.of(
                    "too long",
                    "context length",
                    "context window",
                    "context limit",
                    "maximum context",
                    "too many input tokens",
                    "too many total text tokens",
                    "exceeds the maximum number of tokens");

    private final Redaction redaction;

    /// @param secrets hosts and keys that no client shall read
    Rejections(List<String> secrets) {
        this.redaction = new Redaction(secrets, ACCOUNT);
    }

    ErrorAnswer of(AwsServiceException said, String name) {
        AwsErrorDetails details = said.awsErrorDetails();
        String words = details == null ? null : details.errorMessage();
        String message =
                words == null || words.isBlank()
                        ? "The model's provider rejected the request."
                        : redaction.of(words);
        String lower = message.toLowerCase(Locale.ROOT);
        boolean unknownModel =
                name.equals("ResourceNotFoundException")
                        || lower.contains("model identifier is invalid");
        int status = unknownModel ? 404 : said.statusCode() / 100 == 4 ? said.statusCode() : 400;
        return new ErrorAnswer(
                status, "invalid_request_error", code(lower, status), message, null, null, false);
    }

    private static @Nullable String code(String words, int status) {
        if (status == 404) {
            return "model_not_found";
        }
        return CONTEXT.stream().anyMatch(words::contains) ? "context_length_exceeded" : null;
    }
}
