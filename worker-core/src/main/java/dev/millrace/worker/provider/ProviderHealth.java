package dev.millrace.worker.provider;

import java.util.List;

/// What a probe found.
public sealed interface ProviderHealth {

    /// The provider answers and takes the credential.
    ///
    /// @param models those that it lists
    record Ready(List<ListedModel> models) implements ProviderHealth {
        public Ready {
            models = List.copyOf(models);
        }
    }

    /// The provider does not answer, or answers with an error.
    ///
    /// @param reason for operators; no credential in it
    record Down(String reason) implements ProviderHealth {}

    /// The provider answers and does not take the credential.
    ///
    /// @param reason for operators; no credential in it
    record CredentialRefused(String reason) implements ProviderHealth {}
}
