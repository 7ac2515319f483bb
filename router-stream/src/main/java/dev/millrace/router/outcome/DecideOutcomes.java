package dev.millrace.router.outcome;

import dev.millrace.router.wire.Outgoing;
import dev.millrace.router.wire.Wire;
import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.Completion;
import dev.millrace.topology.Counters;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Gives the events of one partition to its gate, and the gate its time.
final class DecideOutcomes implements Processor<String, byte[], String, Outgoing> {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final WireLinks links;
    private @Nullable Opened opened;

    DecideOutcomes(WireLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        Opened made = new Opened(context);
        opened = made;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> made.gate.tick());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Objects.requireNonNull(opened).gate.take(record);
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }

    /// The gate of one partition and what it holds. All of it is made anew when the partition
    /// starts again after an error.
    private final class Opened {

        private final Wire<Completion> wire;
        private final Outcomes outcomes;
        private final CollectedParts parts;
        private final Counters<OutcomeGate.Event> counters;
        private final OutcomeGate gate;

        Opened(ProcessorContext<String, Outgoing> context) {
            wire = new Wire<>("outcome", links.topics().completions(), links, context);
            outcomes = new Outcomes(context.getStateStore(OutcomeTopology.OUTCOMES), links);
            parts = new CollectedParts(context.getStateStore(OutcomeTopology.PARTS), links);
            counters = new Counters<>(context, "outcomes", OutcomeGate.Event.class);
            gate = new OutcomeGate(wire, outcomes, parts, counters);
        }

        void close() {
            wire.close();
            outcomes.close();
            parts.close();
            counters.close();
        }
    }
}
