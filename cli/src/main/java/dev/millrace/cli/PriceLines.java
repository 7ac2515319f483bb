package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.RateKind;
import dev.millrace.configuration.prices.Rates;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Price entries as a person, or a program, reads them.
final class PriceLines {

    private static final List<String> COLUMNS =
            List.of(
                    "PROVIDER",
                    "MODEL",
                    "FROM",
                    "FOR",
                    "INPUT",
                    "CACHED",
                    "OUTPUT",
                    "PER",
                    "OTHER");

    private PriceLines() {}

    /// A table with a row for each entry, and one for each of its tiers.
    static Table table(List<PriceEntry> entries) {
        List<Column> columns = new ArrayList<>();
        for (String heading : COLUMNS) {
            columns.add(
                    List.of("INPUT", "CACHED", "OUTPUT", "PER").contains(heading)
                            ? Column.right(heading)
                            : Column.left(heading));
        }
        columns.add(Column.left("CURRENCY"));
        columns.add(Column.left("SOURCE"));
        Table table = new Table(columns);
        for (PriceEntry entry : entries) {
            table.row(row(entry, null, entry.rates()));
            for (PriceTier tier : entry.tiers()) {
                table.row(row(entry, tier, tier.rates()));
            }
        }
        return table;
    }

    static ArrayNode json(List<PriceEntry> entries) {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (PriceEntry entry : entries) {
            ObjectNode one =
                    all.addObject()
                            .put("id", entry.id())
                            .put("provider", entry.provider())
                            .put("model", entry.model())
                            .put("effective_from", from(entry))
                            .put("currency", entry.currency())
                            .put("per", entry.per())
                            .put("source", entry.source());
            rates(one, entry.rates());
            ArrayNode tiers = one.putArray("tiers");
            for (PriceTier tier : entry.tiers()) {
                ObjectNode node =
                        tiers.addObject()
                                .put("above", tier.above())
                                .put("service_tier", tier.serviceTier());
                rates(node, tier.rates());
            }
        }
        return all;
    }

    /// An entry in a line: what it is for, and its prices.
    static String line(PriceEntry entry) {
        StringBuilder line =
                new StringBuilder(entry.provider())
                        .append('/')
                        .append(entry.model())
                        .append(" from ")
                        .append(entry.effectiveFrom().equals(Instant.EPOCH) ? "ever" : from(entry))
                        .append(':');
        Map<RateKind, BigDecimal> said = said(entry.rates());
        said.forEach((kind, price) ->
                line.append(' ').append(kind.spelling()).append(' ').append(plain(price)));
        if (said.keySet().stream().anyMatch(kind -> !kind.isPerPiece())) {
            line.append(" per ").append(entry.per());
        }
        line.append(' ').append(entry.currency());
        if (!entry.tiers().isEmpty()) {
            line.append(", ").append(entry.tiers().size()).append(" tiers");
        }
        return line.toString();
    }

    private static List<String> row(PriceEntry entry, @Nullable PriceTier tier, Rates rates) {
        StringBuilder other = new StringBuilder();
        said(rates)
                .forEach((kind, price) -> {
                    if (kind != RateKind.INPUT
                            && kind != RateKind.CACHE_READ
                            && kind != RateKind.OUTPUT) {
                        other.append(other.isEmpty() ? "" : " ")
                                .append(kind.spelling())
                                .append('=')
                                .append(plain(price));
                    }
                });
        return List.of(
                tier == null ? entry.provider() : "",
                tier == null ? entry.model() : "",
                tier == null ? from(entry) : "",
                tier == null ? "" : scope(tier),
                plain(rates.input()),
                plain(rates.cacheRead()),
                plain(rates.output()),
                Long.toString(entry.per()),
                other.toString(),
                tier == null ? entry.currency() : "",
                tier == null ? entry.source() : "");
    }

    private static String scope(PriceTier tier) {
        String above = tier.above() == null ? "" : "above " + tier.above();
        String service = tier.serviceTier() == null ? "" : tier.serviceTier();
        return (service + " " + above).strip();
    }

    private static void rates(ObjectNode node, Rates rates) {
        said(rates)
                .forEach(
                        (kind, price) -> node.put(kind.spelling().replace('-', '_'), plain(price)));
    }

    /// The rates that say more than another one does.
    private static Map<RateKind, BigDecimal> said(Rates rates) {
        Map<RateKind, BigDecimal> all = new EnumMap<>(RateKind.class);
        List<BigDecimal> values = rates.all();
        for (RateKind kind : RateKind.values()) {
            all.put(kind, values.get(kind.ordinal()));
        }
        Map<RateKind, BigDecimal> said = new LinkedHashMap<>();
        all.forEach((kind, price) -> {
            RateKind like = like(kind);
            BigDecimal otherwise = like == null ? BigDecimal.ZERO : all.get(like);
            if (price.compareTo(otherwise) != 0) {
                said.put(kind, price);
            }
        });
        return said;
    }

    /// Whose price a kind has of which nothing is said; null: none.
    private static @Nullable RateKind like(RateKind kind) {
        return switch (kind) {
            case CACHE_READ, CACHE_WRITE, AUDIO_INPUT -> RateKind.INPUT;
            case CACHE_WRITE_HOUR -> RateKind.CACHE_WRITE;
            case REASONING, AUDIO_OUTPUT -> RateKind.OUTPUT;
            case INPUT, OUTPUT, IMAGE, AUDIO_SECOND, QUERY, GPU_SECOND -> null;
        };
    }

    private static String from(PriceEntry entry) {
        return entry.effectiveFrom().toString();
    }

    private static String plain(BigDecimal price) {
        return price.signum() == 0 ? "0" : price.stripTrailingZeros().toPlainString();
    }
}
