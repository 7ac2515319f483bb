package dev.millrace.configuration;

import org.jspecify.annotations.Nullable;

/// Which account of a provider is meant, and in which terms it is spoken to, as far as its kind
/// knows such things.
///
/// @param organization OpenAI's organisation; null for none
/// @param project OpenAI's project, or Google Cloud's; null for none
/// @param region of AWS or of Google Cloud; null to leave it to the provider's own settings
/// @param apiVersion of Azure OpenAI; null for the usual one
/// @param role that is assumed at AWS; null to call as whoever the credential belongs to
/// @param guardrail of AWS Bedrock; null for none
public record Account(
        @Nullable String organization,
        @Nullable String project,
        @Nullable String region,
        @Nullable String apiVersion,
        @Nullable AwsRole role,
        @Nullable Guardrail guardrail) {

    /// Without what AWS alone has.
    public Account(
            @Nullable String organization,
            @Nullable String project,
            @Nullable String region,
            @Nullable String apiVersion) {
        this(organization, project, region, apiVersion, null, null);
    }

    /// Nothing of all this.
    public static final Account USUAL = new Account(null, null, null, null);
}
