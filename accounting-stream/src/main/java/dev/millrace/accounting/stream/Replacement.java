package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bill;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Which charges other prices replace, and by what. Immutable.
final class Replacement {

    private final PriceList prices;
    private final PriceSet configured;
    private final Map<List<String>, Instant> since = new HashMap<>();

    /// @param prices in force
    /// @param differing the entries that charges may be rated with and are no longer, or may be to
    ///   be rated with and are not yet; not empty
    Replacement(PriceList prices, PriceSet differing) {
        this.prices = prices;
        this.configured = PriceSet.configured(prices);
        for (PriceSet.Holding holding : differing.entries().values()) {
            since.merge(
                    List.of(holding.provider(), holding.model()),
                    holding.from(),
                    (one, other) -> one.isBefore(other) ? one : other);
        }
    }

    /// Charges of attempts that ended before are not replaced.
    ///
    /// @throws NoSuchElementException if none is
    Instant earliest() {
        return since.values().stream().min(Comparator.naturalOrder()).orElseThrow();
    }

    /// Whether a configured price other than the charge's holds for it. Where none is configured,
    /// what was charged stays.
    boolean concerns(Charge charge) {
        return (isSince(charge, charge.getProvider())
                        || isSince(charge, prices.kind(charge.getProvider())))
                && isOther(charge, bill(charge).price());
    }

    /// What the charge's attempt costs at the prices in force.
    Bill bill(Charge charge) {
        return Bill.of(
                ChargeRecords.consumption(charge.getUsage()),
                prices.asOf(charge.getProvider(), charge.getUpstreamModel(), charge.getEndedAt())
                        .orElse(null),
                charge.getServiceTier());
    }

    private boolean isSince(Charge charge, String provider) {
        return isSince(charge, provider, charge.getUpstreamModel())
                || isSince(charge, provider, PriceEntry.ANY_MODEL);
    }

    private boolean isSince(Charge charge, String provider, String model) {
        Instant from = since.get(List.of(provider, model));
        return from != null && !charge.getEndedAt().isBefore(from);
    }

    private boolean isOther(Charge charge, @Nullable PriceEntry price) {
        return price != null
                && configured.contains(price)
                && !ChargeRecords.isPricedBy(charge, price);
    }
}
