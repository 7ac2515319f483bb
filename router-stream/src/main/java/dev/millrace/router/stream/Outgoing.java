package dev.millrace.router.stream;

import org.jspecify.annotations.Nullable;

/// A record on its way out of the topology: the topic is chosen record by record.
///
/// @param topic its full name
/// @param partition null leaves it to the key
/// @param bytes the value as it is written
record Outgoing(String topic, @Nullable Integer partition, byte[] bytes) {}
