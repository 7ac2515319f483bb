package dev.millrace.router.stream;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.ReplyAddress;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// A request that has come to its partition.
///
/// @param record as it stands on the topic
/// @param deadline the request's, with the default resolved
/// @param address of a Kafka caller; null where the request names an ingress, or nobody waits
record Arrival(
        Record<String, byte[]> record,
        InferenceRequest request,
        Instant deadline,
        @Nullable ReplyAddress address) {}
