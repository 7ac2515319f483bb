package dev.millrace.ingress.costs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What costs can be grouped by.
public sealed interface Dimension {

    /// As the API spells it.
    String spelling();

    @Nullable String of(CostRow row);

    /// What every attempt has.
    enum Plain implements Dimension {
        TENANT,
        KEY,
        PROVIDER,
        MODEL,
        LANE;

        @Override
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Override
        public @Nullable String of(CostRow row) {
            return switch (this) {
                case TENANT -> row.tenant();
                case KEY -> row.key();
                case PROVIDER -> row.provider();
                case MODEL -> row.model();
                case LANE -> row.lane();
            };
        }
    }

    /// A label, of the attempts that have it.
    ///
    /// @param name of the label
    record ByLabel(String name) implements Dimension {

        private static final String PREFIX = "label:";

        @Override
        public String spelling() {
            return PREFIX + name;
        }

        @Override
        public @Nullable String of(CostRow row) {
            CostRow.Label label = row.label();
            return label == null ? null : label.value();
        }
    }

    static Optional<Dimension> spelled(String word) {
        if (word.startsWith(ByLabel.PREFIX)) {
            String name = word.substring(ByLabel.PREFIX.length());
            return name.isEmpty() ? Optional.empty() : Optional.of(new ByLabel(name));
        }
        return Arrays.stream(Plain.values())
                .filter(one -> one.spelling().equals(word))
                .<Dimension>map(one -> one)
                .findFirst();
    }
}
