package dev.millrace.configuration.pricebook;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Price;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The prices in force: the configuration's, and beside them the entries on the log. Entries that
/// are no price, or in another currency than the ledger's, are told of in the process's log and
/// left out. Thread-safe.
public final class PriceBook implements AutoCloseable {

    /// More entries than any price list has; further ones are left out, and told of.
    public static final int MOST_ENTRIES = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(PriceBook.class);

    private record InForce(Snapshot snapshot, Collection<PriceEntry> beside, PriceList prices) {}

    private final Supplier<Snapshot> configuration;
    private final TopicFollower<Price> follower;
    private final Map<String, PriceEntry> entries = new HashMap<>();
    private boolean changed;
    private volatile Collection<PriceEntry> beside = List.of();
    private volatile @Nullable InForce inForce;

    private PriceBook(KafkaLog log, Supplier<Snapshot> configuration) {
        this.configuration = configuration;
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().prices(),
                        From.BEGINNING,
                        Map.of("isolation.level", "read_committed", "max.poll.records", 10_000),
                        new Taking());
    }

    /// Starts to follow the log. A topic that it does not have yet is waited for.
    ///
    /// @param configuration tells the configuration in force
    public static PriceBook start(KafkaLog log, Supplier<Snapshot> configuration) {
        return new PriceBook(log, configuration);
    }

    /// Completes when every entry that stood on the log at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return follower.caughtUp();
    }

    /// The prices now: the same list for as long as nothing changes.
    public PriceList inForce() {
        Snapshot snapshot = configuration.get();
        Collection<PriceEntry> entriesNow = beside;
        InForce known = inForce;
        return known != null && known.snapshot() == snapshot && known.beside() == entriesNow
                ? known.prices()
                : merge(snapshot, entriesNow);
    }

    /// The entries on the log, whether they count beside the configuration's or not.
    public Collection<PriceEntry> entries() {
        return beside;
    }

    @Override
    public void close() {
        follower.close();
    }

    private synchronized PriceList merge(Snapshot snapshot, Collection<PriceEntry> entriesNow) {
        InForce known = inForce;
        if (known != null && known.snapshot() == snapshot && known.beside() == entriesNow) {
            return known.prices();
        }
        String currency = snapshot.configuration().defaults().currency();
        List<PriceEntry> counting =
                entriesNow.stream().filter(entry -> isIn(currency, entry)).toList();
        if (counting.size() < entriesNow.size()) {
            LOG.warn(
                    "event=prices_in_other_currency entries={} currency={}",
                    entriesNow.size() - counting.size(),
                    currency);
        }
        PriceList prices = snapshot.configuration().prices().beside(counting);
        inForce = new InForce(snapshot, entriesNow, prices);
        return prices;
    }

    private static boolean isIn(String currency, PriceEntry entry) {
        return entry.currency().equals(currency)
                || entry.currency().equals(PriceEntry.SIMULATED_CURRENCY);
    }

    /// On the follower's thread.
    private final class Taking implements TopicFollower.Listener<Price> {

        @Override
        public void onRecord(
                @Nullable String key, @Nullable Price price, long offset, long timestamp) {
            if (key == null) {
                LOG.warn("event=price_refused offset={} reason=\"no key\"", offset);
                return;
            }
            changed = true;
            if (price == null) {
                entries.remove(key);
                return;
            }
            try {
                PriceEntry entry = PriceRecords.entry(price);
                if (!PriceRecords.key(entry).equals(key)) {
                    throw new IllegalArgumentException("the key is not the entry's");
                }
                if (entries.size() >= MOST_ENTRIES && !entries.containsKey(key)) {
                    throw new IllegalArgumentException("more than " + MOST_ENTRIES + " entries");
                }
                entries.put(key, entry);
            } catch (IllegalArgumentException e) {
                LOG.warn("event=price_refused offset={} reason=\"{}\"", offset, e.getMessage());
            }
        }

        @Override
        public void afterPoll() {
            if (changed) {
                changed = false;
                beside = List.copyOf(entries.values());
            }
        }
    }
}
