package dev.millrace.router.stream;

import dev.millrace.router.wire.Exit;
import dev.millrace.topics.Topics;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/// The router's topology:
///
/// ```
/// llm.inference-requests ──▶ route ───┐
///                                     ├──▶ out ──▶ llm.dispatches.<provider>.<lane>, llm.replies,
/// llm.reroutes ───────────▶ reroute ──┘           llm.completions, a caller's reply topic,
///                                                 llm.dead-letters
/// ```
///
/// Its one store holds the claims of idempotency keys; it lies with the tenant, whose partition a
/// request stands on.
public final class RouterTopology {

    private RouterTopology() {}

    /// Builds the topology, with its store on disk. Values come in as bytes, because an undecodable
    /// one is a dead letter and no reason to stop, and leave through one sink, because the topic is
    /// part of each decision.
    public static Topology build(RouterLinks links) {
        return build(links, Stores::persistentKeyValueStore);
    }

    /// @param stores makes the store of a name
    static Topology build(RouterLinks links, Function<String, KeyValueBytesStoreSupplier> stores) {
        Topics topics = links.wire().topics();
        Topology topology =
                new Topology()
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
                        .addStateStore(
                                Stores.keyValueStoreBuilder(
                                        stores.apply(Claims.STORE),
                                        Serdes.Bytes(),
                                        Serdes.ByteArray()),
                                "route");
        return Exit.addTo(topology, "route", "reroute");
    }
}
