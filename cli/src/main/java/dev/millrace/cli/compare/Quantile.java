package dev.millrace.cli.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Quantiles of a few measured values, by the nearest rank: each is a value that was measured. Of
/// fewer than 20 values, the 95th hundredth is the largest.
final class Quantile {

    private Quantile() {}

    /// The smallest value that at least so many hundredths of all are not above.
    ///
    /// @param hundredths from 1 to 100
    /// @return null where there are no values
    static <T extends Comparable<T>> @Nullable T of(int hundredths, List<T> values) {
        if (values.isEmpty()) {
            return null;
        }
        int rank = Math.ceilDiv(values.size() * hundredths, 100);
        return values.stream().sorted().toList().get(rank - 1);
    }
}
