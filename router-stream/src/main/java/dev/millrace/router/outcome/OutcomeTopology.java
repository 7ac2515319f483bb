package dev.millrace.router.outcome;

import dev.millrace.router.wire.Exit;
import dev.millrace.router.wire.WireLinks;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/// The outcome gate's topology, one task for each partition of the completions:
///
/// ```
/// llm.completions ──▶ decide ──▶ out ──▶ llm.results, a caller's reply topic, llm.dead-letters
/// ```
///
/// Everything is keyed by request id. It is meant for exactly-once processing: what it writes is
/// one outcome only for those who read what is committed.
public final class OutcomeTopology {

    /// The stores. Their names are part of their changelogs' names: a store under another one is
    /// empty.
    static final String OUTCOMES = "outcomes";

    static final String PARTS = "parts";

    private static final String DECIDE = "decide";

    private OutcomeTopology() {}

    /// Builds the topology, with its stores on disk.
    public static Topology build(WireLinks links) {
        return build(links, Stores::persistentKeyValueStore);
    }

    /// @param stores makes the store of a name
    static Topology build(WireLinks links, Function<String, KeyValueBytesStoreSupplier> stores) {
        Topology topology =
                new Topology()
                        .addSource(
                                "completions",
                                new StringDeserializer(),
                                new ByteArrayDeserializer(),
                                links.topics().completions().name())
                        .addProcessor(DECIDE, () -> new DecideOutcomes(links), "completions");
        for (String store : new String[] {OUTCOMES, PARTS}) {
            topology.addStateStore(
                    Stores.keyValueStoreBuilder(
                            stores.apply(store), Serdes.Bytes(), Serdes.ByteArray()),
                    DECIDE);
        }
        return Exit.addTo(topology, DECIDE);
    }
}
