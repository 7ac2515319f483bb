package dev.millrace.router.wire;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/// The one sink of a topology, since the topic is part of each decision.
public final class Exit {

    private Exit() {}

    /// Adds the sink behind the processors of these names.
    public static Topology addTo(Topology topology, String... processors) {
        TopicNameExtractor<String, Outgoing> topic = (key, outgoing, context) -> outgoing.topic();
        StreamPartitioner<String, Outgoing> partition =
                (name, key, outgoing, partitions) ->
                        Optional.ofNullable(outgoing.partition()).map(Set::of);
        Serializer<Outgoing> bytes = (name, outgoing) -> outgoing.bytes();
        return topology.addSink("out", topic, new StringSerializer(), bytes, partition, processors);
    }
}
