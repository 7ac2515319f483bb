package dev.millrace.ingress.costs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What costs can be grouped by.
public enum Dimension {
    TENANT,
    KEY,
    PROVIDER,
    MODEL,
    LANE;

    /// As the API spells it.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Nullable String of(CostRow row) {
        return switch (this) {
            case TENANT -> row.tenant();
            case KEY -> row.key();
            case PROVIDER -> row.provider();
            case MODEL -> row.model();
            case LANE -> row.lane();
        };
    }

    static Optional<Dimension> spelled(String word) {
        return Arrays.stream(values()).filter(one -> one.spelling().equals(word)).findFirst();
    }
}
