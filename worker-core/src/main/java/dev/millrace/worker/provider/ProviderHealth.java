package dev.millrace.worker.provider;

import java.util.List;

/// What a probe found.
public sealed interface ProviderHealth {

    /// The provider answers and takes the credential.
    ///
    /// @param models those that it lists
    /// @param load what its server says of itself
    record Ready(List<ListedModel> models, ServerLoad load) implements ProviderHealth {
        public Ready {
            models = List.copyOf(models);
        }

        /// A provider that says nothing of its load.
        public Ready(List<ListedModel> models) {
            this(models, ServerLoad.UNKNOWN);
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
