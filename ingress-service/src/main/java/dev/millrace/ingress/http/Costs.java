package dev.millrace.ingress.http;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.costs.CostLine;
import dev.millrace.ingress.costs.CostQuery;
import dev.millrace.ingress.costs.CostSource;
import dev.millrace.ingress.costs.Count;
import dev.millrace.ingress.costs.Latencies;
import dev.millrace.ingress.http.CurrentSettings.Applied;
import dev.millrace.ingress.intake.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `GET /v1/costs`, as JSON or as CSV. With tenants configured, a key sees its own tenant only.
final class Costs {

    private static final int[] PERCENTILES = {50, 95, 99};

    private final CurrentSettings settings;
    private final CostSource source;

    /// @param source what accounting has summed up
    Costs(CurrentSettings settings, CostSource source) {
        this.settings = settings;
        this.source = source;
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
        List<CostLine> lines = query.answer(source);
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
        json.writeStringProperty("saved", line.plainSaved());
        for (Count count : Count.values()) {
            json.writeNumberProperty(count.spelling(), line.sums().counts().of(count));
        }
        write(json, "latency_ms", line.sums().latency());
        write(json, "first_token_ms", line.sums().firstToken());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Latencies latencies) {
        if (!latencies.isEmpty()) {
            json.writeObjectPropertyStart(name);
            for (int percent : PERCENTILES) {
                json.writeNumberProperty("p" + percent, latencies.percentile(percent));
            }
            json.writeEndObject();
        }
    }

    private static Answer csv(CostQuery query, List<CostLine> lines) {
        StringBuilder csv = new StringBuilder();
        List<@Nullable String> cells = new ArrayList<>();
        query.groupBy().forEach(dimension -> cells.add(dimension.spelling()));
        cells.addAll(List.of("bucket", "cost", "currency"));
        for (Count count : Count.values()) {
            cells.add(count.spelling());
        }
        cells.add("saved");
        for (String of : List.of("latency", "first_token")) {
            for (int percent : PERCENTILES) {
                cells.add(of + "_p" + percent + "_ms");
            }
        }
        append(csv, cells);
        for (CostLine line : lines) {
            cells.clear();
            cells.addAll(line.group().values());
            cells.add(line.group().bucket().toString());
            cells.add(line.plainAmount());
            cells.add(line.group().currency());
            for (Count count : Count.values()) {
                cells.add(Long.toString(line.sums().counts().of(count)));
            }
            cells.add(line.plainSaved());
            for (Latencies of : List.of(line.sums().latency(), line.sums().firstToken())) {
                for (int percent : PERCENTILES) {
                    cells.add(of.isEmpty() ? null : Long.toString(of.percentile(percent)));
                }
            }
            append(csv, cells);
        }
        return Answer.ok("text/csv;charset=UTF-8", csv.toString());
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
