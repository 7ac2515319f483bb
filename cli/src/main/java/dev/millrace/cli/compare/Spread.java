package dev.millrace.cli.compare;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long something took, of several calls; both null where there are none.
///
/// @param p50 half of them took no longer
/// @param p95 95 of a hundred took no longer
public record Spread(@Nullable Duration p50, @Nullable Duration p95) {

    static Spread of(List<Duration> times) {
        return new Spread(Quantile.of(50, times), Quantile.of(95, times));
    }
}
