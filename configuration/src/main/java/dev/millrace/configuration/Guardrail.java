package dev.millrace.configuration;

import java.util.regex.Pattern;

/// A guardrail of AWS Bedrock that looks at every prompt and every answer of a provider.
///
/// @param id its identifier, or its ARN
/// @param version a number, or `DRAFT`
public record Guardrail(String id, String version) {
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailConfiguration.html>
    private static final Pattern ID =
            Pattern.compile(
                    "[a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+");

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,7}|DRAFT");

    public Guardrail {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "id: small letters and digits, or the guardrail's ARN, got '" + id + "'");
        }
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("version: a number or DRAFT, got '" + version + "'");
        }
    }
}
