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
/// @param amount null where no attempt has a price
/// @param counts of requests, attempts and tokens
public record CostLine(Group group, @Nullable BigDecimal amount, CostRow.Counts counts) {

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

    static CostLine of(Group group, CostRow row) {
        return new CostLine(group, row.amount(), row.counts());
    }

    /// Whether everything that was charged here was taken back: when a price comes late, what had
    /// none moves to the group of its currency.
    boolean isEmpty() {
        return counts.equals(CostRow.Counts.NONE) && (amount == null || amount.signum() == 0);
    }

    CostLine plus(CostLine other) {
        BigDecimal sum = amount;
        if (other.amount != null) {
            sum = sum == null ? other.amount : sum.add(other.amount);
        }
        return new CostLine(group, sum, counts.plus(other.counts));
    }

    /// The amount without exponent and without trailing zeros, exact; null where there is none.
    public @Nullable String plainAmount() {
        return amount == null ? null : plain(amount);
    }

    /// An amount of money without exponent and without trailing zeros, exact.
    public static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
