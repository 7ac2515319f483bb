package dev.millrace.worker.kafka;

import dev.millrace.configuration.Provider;

/// What a pool is for.
///
/// @param configured the provider as the configuration, or its discovery, has it
/// @param discovered whether it was found and not configured
/// @param gone whether it is neither any more: the pool only refuses what still comes
record PoolIdentity(Provider configured, boolean discovered, boolean gone) {

    /// Whether the same servers stand behind both, as far as the configuration tells.
    boolean isAtTheSamePlaceAs(PoolIdentity other) {
        return configured.kind() == other.configured.kind()
                && configured.addresses().equals(other.configured.addresses());
    }
}
