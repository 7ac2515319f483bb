package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.accounting.stream.ChargeHistory.Progress;
import dev.millrace.accounting.stream.ChargeHistory.Reading;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Charges one partition's attempts anew when the price that held at their end turns out to be
/// another one: a price that came late, or was corrected. Each such charge is taken back, and
/// replaced by one with the price in force.
///
/// What was booked last before the prices were adopted is read in any case, so that nothing at an
/// earlier price is overlooked on its way to the log.
///
/// The store keeps the prices that were adopted, and those that make a difference until every
/// charge was seen. An instance that takes over on the way reads everything again: what was
/// replaced is taken back on the log. Not thread-safe.
final class Rerating {

    private static final Logger LOG = LoggerFactory.getLogger(Rerating.class);

    /// How many charges are replaced in one go, so that no commit takes long.
    private static final int BATCH = 2_000;

    private final AdoptedPrices adopted;
    private final AttemptStates states;
    private final AccountingLinks links;
    private final int partition;
    private final Journal journal;
    private @Nullable PriceList prices;
    private @Nullable Replacement replacement;
    private @Nullable Reading reading;
    private ChargeHistory.@Nullable Booked last;
    private long replaced;

    /// @param store of the partition's index, whose other entries are of other kinds
    Rerating(
            KeyValueStore<Bytes, byte[]> store,
            AttemptStates states,
            AccountingLinks links,
            int partition,
            Journal journal) {
        this.adopted = new AdoptedPrices(store);
        this.states = states;
        this.links = links;
        this.partition = partition;
        this.journal = journal;
    }

    /// The prices to charge with, which are adopted by that: no charge is at a price that is not
    /// known here, however soon the prices change again.
    ///
    /// @param configVersion as for [Prices#atLeast]
    PriceList atLeast(long configVersion) {
        return adopt(links.prices().atLeast(configVersion));
    }

    /// A charge was booked, by whomever.
    void booked(UUID chargeId, Instant now) {
        last = new ChargeHistory.Booked(chargeId, now);
    }

    /// Does a part of what is to be done.
    ///
    /// @param now in milliseconds since the epoch
    void tick(long now) {
        adopt(links.prices().inForce());
        if (replacement != null) {
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

    private PriceList adopt(PriceList inForce) {
        if (inForce != prices) {
            change(inForce);
        }
        return inForce;
    }

    private void change(PriceList inForce) {
        close();
        prices = inForce;
        replacement = null;
        adopted.adopt(PriceSet.configured(inForce));
        PriceSet differing = adopted.differing();
        if (!differing.isEmpty()) {
            replacement = new Replacement(inForce, differing);
            replaced = 0;
        }
    }

    private void read(Replacement current, long now) {
        if (reading == null) {
            reading = links.history().read(partition, current.earliest(), last, current::concerns);
        }
        for (Charge standing : reading.next(BATCH)) {
            replace(standing, current, now);
        }
        Progress progress = reading.progress();
        if (progress != Progress.UNDER_WAY) {
            close();
        }
        if (progress == Progress.COMPLETE) {
            adopted.settle();
            replacement = null;
            LOG.info("event=rerated partition={} charges={}", partition, replaced);
        }
    }

    private void replace(Charge charge, Replacement current, long now) {
        AttemptState state = states.findClosed(charge.getAttemptId(), charge.getStartedAt());
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
            states.close(charge.getAttemptId(), charge.getStartedAt(), new Abandoned(again), false);
        }
        journal.book(ChargeRecords.reversal(charge), now);
        journal.book(again, now);
        replaced++;
    }
}
