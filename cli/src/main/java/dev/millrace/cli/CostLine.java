package dev.millrace.cli;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One line of an answer about costs.
///
/// @param bucket the start of the bucket, as the API writes it
/// @param dimensions their values, in the order asked for; empty texts where there is none
/// @param cost null where no price is known, which is not 0
/// @param currency of the cost; empty without one
/// @param counts of requests, attempts and tokens
/// @param latency of the calls that completed
record CostLine(
        String bucket,
        List<String> dimensions,
        @Nullable BigDecimal cost,
        String currency,
        Map<CostCount, Long> counts,
        CostLatency latency) {

    CostLine {
        dimensions = List.copyOf(dimensions);
        counts = Map.copyOf(counts);
    }

    static CostLine read(JsonNode line, List<Dimension> by) {
        BigDecimal cost = Json.decimal(line, "cost").orElse(null);
        Map<CostCount, Long> counts = new EnumMap<>(CostCount.class);
        for (CostCount count : CostCount.values()) {
            counts.put(count, count.in(line));
        }
        return new CostLine(
                Json.text(line, "bucket"),
                by.stream().map(dimension -> Json.text(line, dimension.toString())).toList(),
                cost,
                cost == null ? "" : Json.text(line, "currency"),
                counts,
                CostLatency.read(line));
    }

    /// The sum of this line and another one in the same currency, of which no latency is known.
    CostLine plus(CostLine other) {
        BigDecimal sum = cost;
        if (other.cost != null) {
            sum = sum == null ? other.cost : sum.add(other.cost);
        }
        Map<CostCount, Long> counted = new EnumMap<>(CostCount.class);
        for (CostCount count : CostCount.values()) {
            counted.put(count, of(count) + other.of(count));
        }
        return new CostLine(bucket, dimensions, sum, currency, counted, CostLatency.NONE);
    }

    CostLine withoutLatency() {
        return new CostLine(bucket, dimensions, cost, currency, counts, CostLatency.NONE);
    }

    long of(CostCount count) {
        return counts.getOrDefault(count, 0L);
    }
}
