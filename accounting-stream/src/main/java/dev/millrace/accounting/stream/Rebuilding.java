package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.ChargeHistory.Progress;
import dev.millrace.accounting.stream.ChargeHistory.Reading;
import dev.millrace.accounting.stream.Rebuilds.Wanted;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes one partition's sums anew from its charges on the log, when that is asked for, and of
/// its own accord from time to time to see whether they differ. Whoever takes over on the way
/// begins again. Not thread-safe.
final class Rebuilding {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilding.class);

    /// How many charges are read, or keys compared, in one go, so that no commit takes long.
    private static final int BATCH = 4_000;

    /// The place of the rebuild that was done last, and when the last one was.
    private static final String DONE = "rebuilt|";

    /// Who asks for the checks that nobody asks for.
    private static final String OF_ITS_OWN_ACCORD = "accounting";

    private final Sums sums;
    private final KeyValueStore<String, byte[]> store;
    private final AccountingLinks links;
    private final int partition;
    private final Consumer<Rebuild> finished;
    private final Instant started;
    private ChargeHistory.@Nullable Booked last;
    private @Nullable Wanted current;
    private @Nullable Reading reading;
    private @Nullable ShadowSums shadow;
    private boolean bounded;
    private boolean complete;
    private long read;

    /// @param store of the sums
    /// @param finished told of each that is done
    Rebuilding(
            Sums sums,
            KeyValueStore<String, byte[]> store,
            AccountingLinks links,
            int partition,
            Consumer<Rebuild> finished) {
        this.sums = sums;
        this.store = store;
        this.links = links;
        this.partition = partition;
        this.finished = finished;
        this.started = links.clock().instant();
    }

    /// A charge was booked.
    void booked(UUID chargeId, Instant now) {
        last = new ChargeHistory.Booked(chargeId, now);
        if (reading != null && !bounded && !reading.isBounded()) {
            LOG.debug("event=rebuild_begins_again partition={}", partition);
            abandon();
        }
    }

    boolean isUnderWay() {
        return current != null;
    }

    /// Whether there is one to be begun.
    boolean isWanted(Instant now) {
        return current == null && next(now) != null;
    }

    /// Does a part of what is to be done. Nothing is gathered and not yet written meanwhile.
    void tick(Instant now) {
        if (current == null) {
            begin(next(now));
        } else if (complete) {
            compare(current, now);
        } else {
            read();
        }
    }

    void close() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    private @Nullable Wanted next(Instant now) {
        byte[] done = store.get(DONE);
        long place = done == null ? Rebuilds.NOWHERE : ByteBuffer.wrap(done).getLong();
        Wanted asked = links.rebuilds().after(place);
        if (asked != null) {
            return asked;
        }
        Instant latest =
                done == null
                        ? started
                        : Instant.ofEpochMilli(ByteBuffer.wrap(done).getLong(Long.BYTES));
        return now.isBefore(latest.plus(links.checkEvery()))
                ? null
                : new Wanted(place, UUID.randomUUID(), false, now, OF_ITS_OWN_ACCORD);
    }

    private void begin(@Nullable Wanted wanted) {
        if (wanted != null) {
            current = wanted;
            shadow = sums.rebuild();
            bounded = last != null;
            complete = false;
            read = 0;
            reading = links.history().readAll(partition, last);
        }
    }

    private void read() {
        Reading under = Objects.requireNonNull(reading);
        List<dev.millrace.schemas.Charge> charges = under.next(BATCH);
        read += charges.size();
        Objects.requireNonNull(shadow).add(charges);
        Progress progress = under.progress();
        if (progress == Progress.FAILED) {
            abandon();
        } else if (progress == Progress.COMPLETE) {
            complete = true;
        }
    }

    private void compare(Wanted wanted, Instant now) {
        ShadowSums computed = Objects.requireNonNull(shadow);
        Instant from = Objects.requireNonNull(reading).keptFrom();
        if (!computed.compare(wanted.apply(), from, BATCH, now.toEpochMilli())) {
            return;
        }
        store.put(
                DONE,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(wanted.place())
                        .putLong(now.toEpochMilli())
                        .array());
        finished.accept(
                Rebuild.newBuilder()
                        .setRebuildId(wanted.id())
                        .setPhase(RebuildPhase.FINISHED)
                        .setApply(wanted.apply())
                        .setRequestedAt(wanted.requestedAt())
                        .setAuthor(wanted.author())
                        .setPartition(partition)
                        .setFinishedAt(now)
                        .setCompleteFrom(from)
                        .setCharges(read)
                        .setSums(computed.compared())
                        .setChanged(computed.changed())
                        .build());
        if (computed.changed() > 0) {
            LOG.warn(
                    "event=sums_differed partition={} sums={} changed={} applied={}",
                    partition,
                    computed.compared(),
                    computed.changed(),
                    wanted.apply());
        }
        abandon();
    }

    private void abandon() {
        close();
        sums.rebuilt();
        shadow = null;
        current = null;
    }
}
