package dev.millrace.ingress.costs;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of an answer about costs.
///
/// @param group what it sums over
/// @param sums what it comes to
public record CostLine(Group group, CostRow.Sums sums) {

    /// Oldest bucket first, then by the dimensions, then by currency.
    static final Comparator<CostLine> ORDER =
            Comparator.comparing((CostLine line) -> line.group().bucket())
                    .thenComparing(line -> line.group().sortKey());

    /// What is told apart: amounts of different currencies never meet, and what has no price is a
    /// group of its own.
    ///
    /// @param bucket the start of the bucket
    /// @param values of the dimensions, in the order of the question; may hold nulls
    /// @param currency null for what has no price
    public record Group(Instant bucket, List<@Nullable String> values, @Nullable String currency) {

        static Group of(CostRow row, List<Dimension> dimensions) {
            List<@Nullable String> values = new ArrayList<>();
            for (Dimension dimension : dimensions) {
                values.add(dimension.of(row));
            }
            return new Group(row.bucket(), Collections.unmodifiableList(values), row.currency());
        }

        private String sortKey() {
            StringBuilder key = new StringBuilder();
            for (String value : values) {
                key.append(value == null ? "" : value).append('\0');
            }
            return key.append(currency == null ? "" : currency).toString();
        }
    }

    /// Whether everything that was charged here was taken back: when a price comes late, what had
    /// none moves to the group of its currency.
    boolean isEmpty() {
        BigDecimal amount = sums.amount();
        return sums.counts().equals(Counts.NONE) && (amount == null || amount.signum() == 0);
    }

    CostLine plus(CostLine other) {
        return new CostLine(group, sums.plus(other.sums));
    }

    /// The amount without exponent and without trailing zeros, exact; null where there is none.
    public @Nullable String plainAmount() {
        return sums.amount() == null ? null : plain(sums.amount());
    }

    /// What caches saved, as the amount.
    public @Nullable String plainSaved() {
        return sums.saved() == null ? null : plain(sums.saved());
    }

    /// An amount of money without exponent and without trailing zeros, exact.
    public static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
