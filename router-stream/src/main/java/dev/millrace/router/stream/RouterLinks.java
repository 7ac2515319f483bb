package dev.millrace.router.stream;

import dev.millrace.router.routing.RoutingTable;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.InstantSource;
import java.util.function.Supplier;

/// What the topology is connected to.
///
/// @param topics the catalogue
/// @param serdes the records' serdes
/// @param table the routing table in force; may change between two records
/// @param replyTopics the Kafka callers' topics
/// @param clock tells whether a deadline has passed
/// @param instance this router instance, for dead letters
/// @param maxBodyBytes the longest body that is routed
/// @param retryBudget provider calls beyond the first that a request may cost
public record RouterLinks(
        Topics topics,
        RecordSerdes serdes,
        Supplier<RoutingTable> table,
        ReplyTopics replyTopics,
        InstantSource clock,
        String instance,
        int maxBodyBytes,
        int retryBudget) {}
