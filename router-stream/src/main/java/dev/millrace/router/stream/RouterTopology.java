package dev.millrace.router.stream;

import dev.millrace.topics.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/// The router's topology:
///
/// ```
/// llm.inference-requests ──▶ route ───┐
///                                     ├──▶ out ──▶ llm.dispatches.<provider>.<lane>, llm.replies,
/// llm.reroutes ───────────▶ reroute ──┘           a caller's reply topic, llm.dead-letters
/// ```
public final class RouterTopology {

    private RouterTopology() {}

    /// Builds the topology. Values come in as bytes, because an undecodable one is a dead letter
    /// and no reason to stop, and leave through one sink, because the topic is part of each
    /// decision.
    public static Topology build(RouterLinks links) {
        Topics topics = links.topics();
        TopicNameExtractor<String, Outgoing> topic = (key, outgoing, context) -> outgoing.topic();
        StreamPartitioner<String, Outgoing> partition =
                (name, key, outgoing, partitions) ->
                        Optional.ofNullable(outgoing.partition()).map(Set::of);
        Serializer<Outgoing> bytes = (name, outgoing) -> outgoing.bytes();
        return new Topology()
                .addSource(
                        "inference-requests",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.inferenceRequests().name())
                .addSource(
                        "reroutes",
                        new StringDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.reroutes().name())
                .addProcessor("route", () -> new RouteRequests(links), "inference-requests")
                .addProcessor("reroute", () -> new RerouteDispatches(links), "reroutes")
                .addSink(
                        "out", topic, new StringSerializer(), bytes, partition, "route", "reroute");
    }
}
