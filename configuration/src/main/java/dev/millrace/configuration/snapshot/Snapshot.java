package dev.millrace.configuration.snapshot;

import dev.millrace.configuration.Configuration;

/// A version of the configuration, as applied.
///
/// @param version from 1; 0 before the first
/// @param document the YAML text
/// @param configuration what it says
public record Snapshot(long version, String document, Configuration configuration) {

    /// Before the first snapshot.
    public static final Snapshot NONE = new Snapshot(0, "", Configuration.EMPTY);
}
