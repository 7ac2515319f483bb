package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.accounting.stream.ChargeHistory.Progress;
import dev.millrace.accounting.stream.ChargeHistory.Reading;
import dev.millrace.accounting.stream.ChargeHistory.Standing;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.topology.StoreKeys;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Charges one partition's attempts anew when the price that held at their end turns out to be
/// another one: a price that came late, or was corrected. Each such charge is taken back, and
/// replaced by one with the price in force.
///
/// ```
///   rated ── other prices ──▶ settling ── what was charged until then is committed ──▶ reading
///     ▲                                                                                   │
///     └──────────────── every charge since the first differing price was seen ────────────┘
/// ```
///
/// The store keeps the prices that were adopted, those of them that not every charge is rated with
/// yet, and how far the reading has come. What is booked and how far that is are one transaction:
/// an instance that takes over books nothing twice. Not thread-safe.
final class Rerating {

    private static final Logger LOG = LoggerFactory.getLogger(Rerating.class);

    /// How many charges are replaced in one go, so that no commit takes long.
    private static final int BATCH = 2_000;

    /// How many ticks a commit that was asked for may take: it comes between two of them.
    private static final int SETTLING_TICKS = 2;

    private static final Bytes ADOPTED = StoreKeys.of('p');
    private static final Bytes DIFFERING = StoreKeys.of('n');
    private static final Bytes OFFSET = StoreKeys.of('q');

    private final KeyValueStore<Bytes, byte[]> store;
    private final AttemptStates states;
    private final AccountingLinks links;
    private final int partition;
    private final Journal journal;
    private final Runnable commit;
    private @Nullable PriceList prices;
    private @Nullable Replacement replacement;
    private @Nullable Reading reading;
    private int settling;
    private long replaced;

    /// @param store of the partition's index, whose other entries are of other kinds
    /// @param commit asks for a commit
    Rerating(
            KeyValueStore<Bytes, byte[]> store,
            AttemptStates states,
            AccountingLinks links,
            int partition,
            Journal journal,
            Runnable commit) {
        this.store = store;
        this.states = states;
        this.links = links;
        this.partition = partition;
        this.journal = journal;
        this.commit = commit;
    }

    /// Notes the prices in force before the first charge is booked with them.
    void begin() {
        if (prices == null) {
            adopt(links.prices().inForce());
        }
    }

    /// Does a part of what is to be done.
    ///
    /// @param now in milliseconds since the epoch
    void tick(long now) {
        PriceList inForce = links.prices().inForce();
        if (inForce != prices) {
            adopt(inForce);
        } else if (settling > 0) {
            settling--;
        } else if (replacement != null) {
            read(replacement, now);
        }
    }

    /// Stops reading. What was not read is read by who comes next.
    void close() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    private void adopt(PriceList inForce) {
        close();
        prices = inForce;
        replacement = null;
        PriceSet configured = PriceSet.configured(inForce);
        byte[] adopted = store.get(ADOPTED);
        if (adopted == null) {
            store.put(ADOPTED, configured.bytes());
            return;
        }
        PriceSet changed = PriceSet.of(adopted).difference(configured);
        PriceSet differing = PriceSet.of(store.get(DIFFERING)).union(changed);
        if (!changed.isEmpty()) {
            store.put(ADOPTED, configured.bytes());
            store.put(DIFFERING, differing.bytes());
            store.delete(OFFSET);
            commit.run();
        }
        if (!differing.isEmpty()) {
            replacement = new Replacement(inForce, differing);
            settling = SETTLING_TICKS;
            replaced = 0;
        }
    }

    private void read(Replacement current, long now) {
        if (reading == null) {
            byte[] offset = store.get(OFFSET);
            reading =
                    links.history()
                            .read(
                                    partition,
                                    current.earliest(),
                                    offset == null ? null : ByteBuffer.wrap(offset).getLong(),
                                    current::concerns);
        }
        List<Standing> standing = reading.next(BATCH);
        for (Standing one : standing) {
            replace(one.charge(), current, now);
        }
        if (!standing.isEmpty()) {
            store.put(
                    OFFSET,
                    ByteBuffer.allocate(Long.BYTES).putLong(standing.getLast().next()).array());
        }
        Progress progress = reading.progress();
        if (progress != Progress.UNDER_WAY) {
            close();
        }
        if (progress == Progress.COMPLETE) {
            store.delete(DIFFERING);
            store.delete(OFFSET);
            replacement = null;
            LOG.info("event=rerated partition={} charges={}", partition, replaced);
        }
    }

    private void replace(Charge charge, Replacement current, long now) {
        AttemptState state = states.find(charge.getAttemptId());
        boolean takenBackMeanwhile =
                switch (state) {
                    case Abandoned(Charge standing) ->
                            !standing.getChargeId().equals(charge.getChargeId());
                    case Ended _ -> charge.getOutcome() == AttemptOutcome.ABANDONED;
                    case null, default -> false;
                };
        if (takenBackMeanwhile) {
            return;
        }
        Charge again = ChargeRecords.replacement(charge, current.bill(charge));
        if (state instanceof Abandoned) {
            states.put(charge.getAttemptId(), new Abandoned(again));
        }
        journal.book(ChargeRecords.reversal(charge), now);
        journal.book(again, now);
        replaced++;
    }
}
