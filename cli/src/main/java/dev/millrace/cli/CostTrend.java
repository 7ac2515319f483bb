package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// How the costs of each group went from bucket to bucket: a line of bars, the highest that of the
/// group's dearest bucket. A bucket in which nothing was spent is a dot, and the newest buckets are
/// shown where there are more than fit.
final class CostTrend {

    static final int MOST_BUCKETS = 60;

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final char NOTHING = '·';

    /// One group: the values of the dimensions, and the currency.
    private record Group(List<String> dimensions, String currency) {}

    private final Map<Group, Map<Instant, BigDecimal>> costs = new LinkedHashMap<>();
    private final List<Instant> buckets;
    private final List<Dimension> by;

    private CostTrend(List<CostLine> lines, List<Dimension> by, Bucket bucket) {
        this.by = List.copyOf(by);
        TreeSet<Instant> times = new TreeSet<>();
        for (CostLine line : lines) {
            Instant time = Instant.parse(line.bucket());
            times.add(time);
            if (line.cost() != null) {
                costs.computeIfAbsent(
                                new Group(line.dimensions(), line.currency()), _ -> new TreeMap<>())
                        .merge(time, line.cost(), BigDecimal::add);
            }
        }
        this.buckets = newest(times, bucket);
    }

    /// The trend; empty where there is no more than one bucket, or nothing with a price.
    static Optional<CostTrend> of(List<CostLine> lines, List<Dimension> by, Bucket bucket) {
        try {
            CostTrend trend = new CostTrend(lines, by, bucket);
            return Optional.of(trend)
                    .filter(found -> found.buckets.size() > 1 && !found.costs.isEmpty());
        } catch (DateTimeException _) {
            return Optional.empty(); // the gateway's buckets are no times: the table shows them
        }
    }

    Table toTable() {
        List<Column> columns = new ArrayList<>();
        by.forEach(dimension -> columns.add(Column.left(dimension.name())));
        columns.add(Column.left("CURRENCY"));
        columns.add(Column.left("TREND"));
        Table table = new Table(columns);
        costs.forEach((group, spent) -> {
            List<String> cells = new ArrayList<>(group.dimensions());
            cells.add(group.currency());
            cells.add(bars(spent));
            table.row(cells);
        });
        return table;
    }

    private String bars(Map<Instant, BigDecimal> spent) {
        BigDecimal most =
                buckets.stream()
                        .map(bucket -> spent.getOrDefault(bucket, BigDecimal.ZERO))
                        .reduce(BigDecimal.ZERO, BigDecimal::max);
        StringBuilder bars = new StringBuilder();
        for (Instant bucket : buckets) {
            BigDecimal cost = spent.getOrDefault(bucket, BigDecimal.ZERO);
            bars.append(cost.signum() <= 0 ? NOTHING : bar(cost, most));
        }
        return bars.toString();
    }

    private static char bar(BigDecimal cost, BigDecimal most) {
        int steps = BARS.length() - 1;
        double share = cost.divide(most, MathContext.DECIMAL32).doubleValue();
        return BARS.charAt((int) Math.round(share * steps));
    }

    /// The newest buckets without a gap, oldest first.
    private static List<Instant> newest(TreeSet<Instant> times, Bucket bucket) {
        List<Instant> newest = new ArrayList<>();
        if (times.isEmpty()) {
            return newest;
        }
        Instant time = times.last();
        while (newest.size() < MOST_BUCKETS && !time.isBefore(times.first())) {
            newest.addFirst(time);
            time = bucket.before(time);
        }
        return newest;
    }
}
