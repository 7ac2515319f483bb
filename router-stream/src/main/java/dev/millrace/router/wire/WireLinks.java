package dev.millrace.router.wire;

import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.InstantSource;

/// What a topology is connected to.
///
/// @param topics the catalogue
/// @param serdes the records' serdes
/// @param replyTopics the Kafka callers' topics
/// @param clock tells whether a deadline has passed
/// @param instance this router instance, for dead letters
public record WireLinks(
        Topics topics,
        RecordSerdes serdes,
        ReplyTopics replyTopics,
        InstantSource clock,
        String instance) {}
