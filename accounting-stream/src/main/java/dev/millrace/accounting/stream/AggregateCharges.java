package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.UnsummedCharges.Part;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Rebuild;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topology.BeforeCommit;
import dev.millrace.topology.Counters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Adds the charges to the sums, and passes on the sums that changed: each once for all the charges
/// of a moment, which each commit puts into the store until then. Under load the moments grow, so
/// that sums take a small part of the time.
final class AggregateCharges implements Processor<String, Entry, String, byte[]> {

    private static final Duration MOMENT = Duration.ofMillis(50);

    /// There may be many labels, and few charges in a moment have the same ones.
    private static final Duration LABELS_MOMENT = Duration.ofSeconds(1);

    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(3);

    /// How many times as long as writing the sums of a part takes it is waited until the next time:
    /// both parts together take a sixth of the time at most.
    private static final int SPARING = 12;

    private final AccountingLinks links;
    private @Nullable ProcessorContext<String, byte[]> context;
    private @Nullable Cancellable moments;
    private @Nullable Aggregation aggregation;

    AggregateCharges(AccountingLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
        aggregation = null;
        moments = null;
        schedule();
        BeforeCommit commit = context.getStateStore(AccountingTopology.SUMS_COMMIT);
        commit.run(this::store);
    }

    @Override
    public void process(Record<String, Entry> record) {
        Aggregation current = aggregation();
        switch (record.value()) {
            case Entry.Booking booking -> current.add(booking, record.timestamp());
            case Entry.ReadUntil read -> current.close(read, record.timestamp());
            case Entry.Refused _ -> throw new IllegalArgumentException("refused is not charged");
        }
    }

    @Override
    public void close() {
        if (aggregation != null) {
            aggregation.rebuilding.close();
            aggregation.sums.close();
        }
    }

    private void store() {
        if (aggregation != null) {
            aggregation.unsummed.store();
        }
    }

    /// Lets the moments pass while there are charges to be summed up: each of them would make Kafka
    /// Streams commit.
    private void schedule() {
        if (moments == null) {
            moments =
                    Objects.requireNonNull(context)
                            .schedule(
                                    MOMENT,
                                    PunctuationType.WALL_CLOCK_TIME,
                                    time -> aggregation().tick());
        }
    }

    private void unschedule() {
        if (moments != null) {
            moments.cancel();
            moments = null;
        }
    }

    /// Reads what the store holds when it is needed first.
    private Aggregation aggregation() {
        Aggregation current = aggregation;
        if (current == null) {
            current = new Aggregation(Objects.requireNonNull(context));
            aggregation = current;
        }
        return current;
    }

    /// When the sums of a part are written: not before some time has passed that is long beside
    /// what writing takes.
    private static final class Pace {

        private final Duration moment;
        private long notBefore;

        Pace(Duration moment) {
            this.moment = moment;
        }

        boolean isDue(long now) {
            return now >= notBefore;
        }

        void written(long begin, long end) {
            long rest = Math.min(SPARING * (end - begin), LONGEST_MOMENT.toMillis());
            notBefore = begin + Math.max(moment.toMillis(), rest);
        }
    }

    private final class Aggregation {

        private final InstantSource clock = links.clock();
        private final UnsummedCharges unsummed;
        private final Counters<LedgerEvent> counters;
        private final Sums sums;
        private final Rebuilding rebuilding;
        private final Map<Part, Pace> paces =
                new EnumMap<>(
                        Map.of(
                                Part.TOTALS, new Pace(MOMENT),
                                Part.LABELS, new Pace(LABELS_MOMENT)));

        Aggregation(ProcessorContext<String, byte[]> context) {
            this.unsummed =
                    new UnsummedCharges(context.getStateStore(AccountingTopology.SUMS_STORE));
            this.counters = new Counters<>(context, "accounting", LedgerEvent.class);
            this.sums =
                    new Sums(
                            context,
                            links.topics(),
                            links.serdes(),
                            links.mostLabelValues(),
                            () -> counters.count(LedgerEvent.LABEL_CAPPED));
            this.rebuilding =
                    new Rebuilding(
                            sums,
                            context.getStateStore(AccountingTopology.SUMS_STORE),
                            links,
                            context.taskId().partition(),
                            this::tell);
            long now = clock.millis();
            RecordSerdes serdes = links.serdes();
            try (Deserializer<Charge> charges = serdes.deserializer(Charge.class)) {
                String topic = links.topics().charges().name();
                for (UnsummedCharges.Left left : unsummed.load()) {
                    Charge charge = charges.deserialize(topic, left.record());
                    sums.add(charge, left.missing(), now);
                }
            }
        }

        void add(Entry.Booking booking, long timestamp) {
            if (unsummed.isFull()) {
                writeAll();
            }
            unsummed.add(booking.record());
            schedule();
            sums.add(booking.charge(), Part.ALL, timestamp);
            rebuilding.booked(booking.charge().getChargeId(), clock.instant());
        }

        void tick() {
            if (rebuilding.isUnderWay()) {
                rebuild();
            } else if (Part.ALL.stream().allMatch(unsummed::isEmpty)) {
                unschedule();
            } else {
                writeSparingly();
            }
        }

        private void writeSparingly() {
            paces.forEach((part, pace) -> {
                long begin = clock.millis();
                if (pace.isDue(begin)) {
                    write(part);
                    pace.written(begin, clock.millis());
                }
            });
        }

        void close(Entry.ReadUntil read, long timestamp) {
            if (sums.hasOver(read.time())) {
                write(Part.TOTALS);
                sums.close(read.time(), timestamp);
            }
            if (rebuilding.isWanted(clock.instant())) {
                rebuild();
                schedule();
            }
        }

        private void rebuild() {
            writeAll();
            rebuilding.tick(clock.instant());
        }

        private void tell(Rebuild finished) {
            String topic = links.topics().rebuilds().name();
            try (Serializer<Rebuild> serializer = links.serdes().serializer()) {
                Objects.requireNonNull(context)
                        .forward(
                                new Record<>(
                                        finished.getRebuildId() + "/" + finished.getPartition(),
                                        serializer.serialize(topic, finished),
                                        clock.millis()),
                                AccountingTopology.REBUILDS);
            }
        }

        private void writeAll() {
            Part.ALL.forEach(this::write);
        }

        private void write(Part part) {
            if (!unsummed.isEmpty(part)) {
                sums.write(part);
                unsummed.clear(part);
            }
        }
    }
}
