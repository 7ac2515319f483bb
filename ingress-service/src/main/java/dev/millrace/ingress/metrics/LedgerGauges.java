package dev.millrace.ingress.metrics;

import dev.millrace.ingress.costs.Drift;
import dev.millrace.ingress.costs.UnpricedAttempts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// What is wrong with the ledger, as the ingress sees it.
final class LedgerGauges {

    /// How many models without a price are named.
    private static final int MOST_MODELS = 200;

    private final Supplier<Map<UnpricedAttempts, Long>> unpricedNow;
    private final Supplier<Map<Integer, Drift>> driftNow;
    private final MultiGauge unpriced;
    private final MultiGauge drift;
    private final MultiGauge checked;

    LedgerGauges(
            MeterRegistry registry,
            Supplier<Map<UnpricedAttempts, Long>> unpricedNow,
            Supplier<Map<Integer, Drift>> driftNow) {
        this.unpricedNow = unpricedNow;
        this.driftNow = driftNow;
        this.unpriced =
                MultiGauge.builder("millrace.ledger.unpriced.attempts")
                        .description(
                                "Provider calls of this month and the last without a known price")
                        .register(registry);
        this.drift =
                MultiGauge.builder("millrace.ledger.drift")
                        .description("Sums that are not those of their charges, when last checked")
                        .baseUnit("sums")
                        .register(registry);
        this.checked =
                MultiGauge.builder("millrace.ledger.checked.timestamp")
                        .description("When the sums were last held against their charges")
                        .baseUnit("seconds")
                        .register(registry);
    }

    /// Asks for what there is now.
    void refresh() {
        unpriced.register(
                unpricedNow.get().entrySet().stream()
                        .limit(MOST_MODELS)
                        .map(entry ->
                                Row.of(
                                        Tags.of(
                                                "provider", entry.getKey().provider(),
                                                "model", entry.getKey().model()),
                                        entry.getValue()))
                        .toList(),
                true);
        Map<Integer, Drift> latest = driftNow.get();
        show(drift, latest, Drift::sums);
        show(checked, latest, one -> one.checkedAt().getEpochSecond());
    }

    private static void show(
            MultiGauge gauge, Map<Integer, Drift> latest, Function<Drift, Long> value) {
        gauge.register(
                latest.entrySet().stream()
                        .map(entry ->
                                Row.of(
                                        Tags.of("partition", entry.getKey().toString()),
                                        value.apply(entry.getValue())))
                        .toList(),
                true);
    }
}
