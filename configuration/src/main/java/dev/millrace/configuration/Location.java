package dev.millrace.configuration;

/// Where a provider's models run. A request that is restricted to local models never reaches a
/// cloud.
public enum Location {
    CLOUD,
    LOCAL
}
