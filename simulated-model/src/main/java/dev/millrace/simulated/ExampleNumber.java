package dev.millrace.simulated;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes up a number that its schema accepts: the one next to zero.
final class ExampleNumber {
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private ExampleNumber() {}

    /// @param usualStep what it is a multiple of where the schema does not say; null of nothing
    static BigDecimal of(JsonNode schema, @Nullable BigDecimal usualStep) {
        BigDecimal low = bound(schema, "minimum", "exclusiveMinimum");
        BigDecimal high = bound(schema, "maximum", "exclusiveMaximum");
        BigDecimal step = positive(schema.path("multipleOf"), usualStep);
        if (low != null && low.signum() >= 0) {
            return above(low, high, step, schema.has("exclusiveMinimum"));
        }
        if (high != null && high.signum() <= 0) {
            BigDecimal opposite = low == null ? null : low.negate();
            return above(high.negate(), opposite, step, schema.has("exclusiveMaximum")).negate();
        }
        return BigDecimal.ZERO;
    }

    private static BigDecimal above(
            BigDecimal low, @Nullable BigDecimal high, @Nullable BigDecimal step, boolean open) {
        if (step != null) {
            BigDecimal least = low.divide(step, 0, RoundingMode.CEILING).multiply(step);
            return open && least.compareTo(low) == 0 ? least.add(step) : least;
        }
        if (!open) {
            return low;
        }
        return high == null ? low.add(HALF) : low.add(high).multiply(HALF);
    }

    private static @Nullable BigDecimal bound(JsonNode schema, String closed, String open) {
        JsonNode bound = schema.path(schema.has(open) ? open : closed);
        return bound.isNumber() ? bound.asDecimal() : null;
    }

    private static @Nullable BigDecimal positive(JsonNode step, @Nullable BigDecimal usual) {
        return step.isNumber() && step.asDecimal().signum() > 0 ? step.asDecimal() : usual;
    }
}
