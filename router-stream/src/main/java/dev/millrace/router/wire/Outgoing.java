package dev.millrace.router.wire;

import org.jspecify.annotations.Nullable;

/// A record on its way out of a topology: the topic is chosen record by record.
///
/// @param topic its full name
/// @param partition null leaves it to the key
/// @param bytes the value as it is written; null for a tombstone
public record Outgoing(String topic, @Nullable Integer partition, byte @Nullable [] bytes) {}
