package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The models that were called lately, as every worker sees them.
final class TargetTable {

    private TargetTable() {}

    static Table of(List<JsonNode> pools) {
        Table table =
                new Table(
                        List.of(
                                Column.left("PROVIDER"),
                                Column.left("MODEL"),
                                Column.left("CIRCUIT"),
                                Column.right("CALLS"),
                                Column.right("FAILED"),
                                Column.right("THROTTLED"),
                                Column.right("P50"),
                                Column.right("P95"),
                                Column.right("FIRST P50"),
                                Column.right("FIRST P95"),
                                Column.left("WORKER"),
                                Column.left("LAST ERROR")));
        for (JsonNode pool : pools) {
            for (JsonNode target : pool.path("targets")) {
                table.row(
                        List.of(
                                Json.text(pool, "provider"),
                                Json.text(target, "model"),
                                Json.text(target, "circuit").replace('_', ' '),
                                target.path("calls").asString(""),
                                target.path("failures").asString(""),
                                target.path("throttled").asString(""),
                                millis(target, "latency_p50_ms"),
                                millis(target, "latency_p95_ms"),
                                millis(target, "first_content_p50_ms"),
                                millis(target, "first_content_p95_ms"),
                                Json.text(pool, "instance"),
                                target.path("last_error").asString("")));
            }
        }
        return table;
    }

    /// A time, or nothing where there is none.
    static String millis(JsonNode target, String member) {
        JsonNode value = target.path(member);
        return value.isNumber() ? value.asLong() + " ms" : "";
    }
}
