package dev.millrace.accounting.stream;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.topology.BeforeCommit;
import dev.millrace.topology.Counters;
import dev.millrace.topology.ReadThrough;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads attempts, settles them, and passes the charges on to the ledger and to the sums, and what
/// cannot be charged to the dead letters. When prices change, it charges anew what they change.
final class SettleAttempts implements Processor<String, byte[], String, Entry> {

    private static final Logger LOG = LoggerFactory.getLogger(SettleAttempts.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RERATING_TICK = Duration.ofMillis(200);

    /// More than any attempt's record: it has no content. What is longer could give a charge that
    /// its topic does not take.
    private static final int LONGEST_RECORD = 256 * 1024;

    /// How many models without a price are named in the log.
    private static final int MOST_NAMED = 1_000;

    private final AccountingLinks links;
    private @Nullable Ledger ledger;

    SettleAttempts(AccountingLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Entry> context) {
        Ledger started = new Ledger(context);
        ledger = started;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> started.tick());
        context.schedule(RERATING_TICK, PunctuationType.WALL_CLOCK_TIME, time -> started.rerate());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Objects.requireNonNull(ledger).process(record);
    }

    @Override
    public void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    /// The ledger of one partition. All of it is made anew when the partition starts again after an
    /// error.
    private final class Ledger {

        private final ProcessorContext<String, Entry> context;
        private final String attemptsTopic = links.topics().attempts().name();
        private final String chargesTopic = links.topics().charges().name();
        private final Deserializer<Attempt> deserializer;
        private final Serializer<Charge> charges = links.serdes().serializer();
        private final AttemptStates states;
        private final Settlement settlement;
        private final Rerating rerating;
        private final DeadLetters deadLetters = new DeadLetters(links);
        private final ReadThrough readThrough = new ReadThrough(links.clock().instant());
        private final Counters<LedgerEvent> counters;
        private final Set<String> unpriced = new HashSet<>();

        Ledger(ProcessorContext<String, Entry> context) {
            this.context = context;
            this.deserializer = links.serdes().deserializer(Attempt.class);
            KeyValueStore<Bytes, byte[]> index =
                    context.getStateStore(AccountingTopology.ATTEMPT_INDEX);
            this.states =
                    new AttemptStates(
                            context.getStateStore(AccountingTopology.ATTEMPTS),
                            index,
                            links.topics(),
                            links.serdes());
            this.counters = new Counters<>(context, "accounting", LedgerEvent.class);
            this.rerating =
                    new Rerating(index, states, links, context.taskId().partition(), this::book);
            this.settlement =
                    new Settlement(
                            states,
                            new AttemptIndex(index, states::latestClosed),
                            rerating::atLeast,
                            links,
                            this::book);
            BeforeCommit commit = context.getStateStore(AccountingTopology.SETTLE_COMMIT);
            commit.run(settlement::keepOpen);
        }

        void process(Record<String, byte[]> record) {
            readThrough.read(Instant.ofEpochMilli(record.timestamp()), links.clock().instant());
            Attempt attempt;
            try {
                attempt = decode(record.value());
                AttemptCheck.verify(attempt, record.key());
            } catch (SerializationException e) {
                refuse(record, "accounting.decode", String.valueOf(e.getMessage()));
                return;
            } catch (IllegalArgumentException e) {
                refuse(record, "accounting.check", String.valueOf(e.getMessage()));
                return;
            }
            settle(attempt, record);
        }

        void tick() {
            Instant now = links.clock().instant();
            Instant read = readThrough.until(now);
            settlement.abandonDue(read, now.toEpochMilli());
            settlement.forgetExpired();
            context.forward(
                    new Record<>("", new Entry.ReadUntil(read), now.toEpochMilli()),
                    AccountingTopology.SUMS);
        }

        void rerate() {
            rerating.tick(links.clock().instant().toEpochMilli());
        }

        void close() {
            rerating.close();
            states.close();
            deserializer.close();
            charges.close();
            counters.close();
        }

        private Attempt decode(byte @Nullable [] value) {
            if (value == null) {
                throw new SerializationException("the record has no value");
            }
            if (value.length > LONGEST_RECORD) {
                throw new SerializationException(
                        "an attempt has no content and cannot be as long as "
                                + value.length
                                + " bytes");
            }
            return deserializer.deserialize(attemptsTopic, value);
        }

        private void settle(Attempt attempt, Record<String, byte[]> record) {
            Settlement.Verdict verdict =
                    attempt.getPhase() == AttemptPhase.STARTED
                            ? settlement.start(attempt, record.value(), record.timestamp())
                            : settlement.end(attempt, record.timestamp());
            switch (verdict) {
                case TAKEN -> {}
                case DUPLICATE -> counters.count(LedgerEvent.DUPLICATE);
                case TOO_OLD ->
                        refuse(
                                record,
                                "accounting.dedupe",
                                "the attempt started at "
                                        + attempt.getStartedAt()
                                        + ", before the dedupe window of "
                                        + links.window().length()
                                        + "; whether it was charged is no longer known");
            }
        }

        private void book(Charge charge, long timestamp) {
            count(charge);
            rerating.booked(charge.getChargeId(), links.clock().instant());
            Record<String, Entry.Booking> record =
                    new Record<>(
                            charge.getTenant(),
                            new Entry.Booking(charge, charges.serialize(chargesTopic, charge)),
                            timestamp);
            context.forward(record, AccountingTopology.CHARGES);
            context.forward(record, AccountingTopology.SUMS);
        }

        private void refuse(Record<String, byte[]> record, String stage, String reason) {
            counters.count(LedgerEvent.DEAD_LETTER);
            LOG.warn("event=attempt_refused stage={} reason=\"{}\"", stage, reason);
            var letter = deadLetters.letter(record, context.recordMetadata(), stage, reason);
            context.forward(
                    new Record<>(
                            letter.getKey() == null ? null : record.key(),
                            new Entry.Refused(letter),
                            record.timestamp()),
                    AccountingTopology.DEAD_LETTERS);
        }

        private void count(Charge charge) {
            if (charge.getKind() == ChargeKind.REVERSAL) {
                counters.count(LedgerEvent.REVERSED);
                return;
            }
            if (charge.getCorrects() != null) {
                counters.count(LedgerEvent.RERATED);
            } else if (charge.getOutcome() == AttemptOutcome.ABANDONED) {
                counters.count(LedgerEvent.ABANDONED);
            }
            if (charge.getAmount() == null) {
                counters.count(LedgerEvent.UNPRICED);
                String model = charge.getProvider() + "/" + charge.getUpstreamModel();
                if (unpriced.size() < MOST_NAMED && unpriced.add(model)) {
                    LOG.warn(
                            "event=no_price provider={} model={}",
                            charge.getProvider(),
                            charge.getUpstreamModel());
                }
            }
        }
    }
}
