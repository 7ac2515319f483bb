package dev.millrace.ingress.http;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.costs.Bucket;
import dev.millrace.ingress.costs.CostLine;
import dev.millrace.ingress.costs.CostQuery;
import dev.millrace.ingress.costs.CostRow;
import dev.millrace.ingress.http.CurrentSettings.Applied;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `GET /v1/costs`, as JSON or as CSV. With tenants configured, a key sees its own tenant only.
final class Costs {

    private final CurrentSettings settings;
    private final Function<Bucket, Optional<Collection<CostRow>>> rows;

    /// @param rows of the buckets of one length; empty while they are being read
    Costs(CurrentSettings settings, Function<Bucket, Optional<Collection<CostRow>>> rows) {
        this.settings = settings;
        this.rows = rows;
    }

    Answer answer(
            @Nullable String authorization,
            Map<String, ? extends Collection<String>> parameters,
            boolean csv)
            throws Refused {
        Applied applied = settings.require();
        Caller caller = applied.caller(authorization);
        CostQuery query =
                CostQuery.read(parameters, applied.keys().open() ? null : caller.tenant());
        Collection<CostRow> known =
                rows.apply(query.bucket())
                        .orElseThrow(() ->
                                new Refused(
                                        Refusal.unavailable("The costs are still being read.")));
        List<CostLine> lines = query.answer(known);
        return csv ? csv(query, lines) : json(query, lines);
    }

    private static Answer json(CostQuery query, List<CostLine> lines) {
        return Answer.json(
                200,
                json -> {
                    json.writeStringProperty("object", "list");
                    json.writeArrayPropertyStart("data");
                    lines.forEach(line -> write(json, query, line));
                    json.writeEndArray();
                });
    }

    private static void write(JsonGenerator json, CostQuery query, CostLine line) {
        json.writeStartObject();
        for (int i = 0; i < query.groupBy().size(); i++) {
            json.writeStringProperty(
                    query.groupBy().get(i).spelling(), line.group().values().get(i));
        }
        json.writeStringProperty("bucket", line.group().bucket().toString());
        json.writeStringProperty("cost", line.plainAmount());
        json.writeStringProperty("currency", line.group().currency());
        counts(line.counts()).forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private static Answer csv(CostQuery query, List<CostLine> lines) {
        StringBuilder csv = new StringBuilder();
        List<@Nullable String> cells = new ArrayList<>();
        query.groupBy().forEach(dimension -> cells.add(dimension.spelling()));
        cells.addAll(List.of("bucket", "cost", "currency"));
        counts(new CostRow.Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).keySet().forEach(cells::add);
        append(csv, cells);
        for (CostLine line : lines) {
            cells.clear();
            cells.addAll(line.group().values());
            cells.add(line.group().bucket().toString());
            cells.add(line.plainAmount());
            cells.add(line.group().currency());
            counts(line.counts()).values().forEach(count -> cells.add(count.toString()));
            append(csv, cells);
        }
        return Answer.ok("text/csv;charset=UTF-8", csv.toString());
    }

    private static Map<String, Long> counts(CostRow.Counts counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        named.put("requests", counts.requests());
        named.put("attempts", counts.attempts());
        named.put("failures", counts.failures());
        named.put("unpriced_attempts", counts.unpricedAttempts());
        named.put("estimated_attempts", counts.estimatedAttempts());
        named.put("input_tokens", counts.inputTokens());
        named.put("cache_read_tokens", counts.cacheReadTokens());
        named.put("cache_write_tokens", counts.cacheWriteTokens());
        named.put("output_tokens", counts.outputTokens());
        named.put("reasoning_tokens", counts.reasoningTokens());
        return named;
    }

    private static void append(StringBuilder csv, List<@Nullable String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            csv.append(i == 0 ? "" : ",");
            if (cell != null && cell.chars().anyMatch(c -> c == ',' || c == '"' || c < ' ')) {
                csv.append('"').append(cell.replace("\"", "\"\"")).append('"');
            } else {
                csv.append(cell == null ? "" : cell);
            }
        }
        csv.append("\r\n");
    }
}
