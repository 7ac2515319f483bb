package dev.millrace.router.wire;

/// Knows which reply topics of Kafka callers exist.
@FunctionalInterface
public interface ReplyTopics {

    /// How many partitions a topic has; 0 if there is none of that name.
    int partitions(String topic);
}
