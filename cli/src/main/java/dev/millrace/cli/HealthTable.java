package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The models that can be used, with how the last minute's calls of each fared. A name that is not
/// a provider's own has no calls of its own.
final class HealthTable {

    private HealthTable() {}

    static Table of(List<JsonNode> models, List<JsonNode> pools) {
        Table table =
                new Table(
                        List.of(
                                Column.left("MODEL"),
                                Column.left("PROVIDER"),
                                Column.left("CIRCUIT"),
                                Column.right("CALLS"),
                                Column.right("FAILED"),
                                Column.right("P50"),
                                Column.right("P95"),
                                Column.right("FIRST P50")));
        for (JsonNode model : models) {
            String id = Json.text(model, "id");
            String provider = Json.text(model, "owned_by");
            table.row(
                    target(pools, provider, id)
                            .map(target ->
                                    List.of(
                                            id,
                                            provider,
                                            Json.text(target, "circuit").replace('_', ' '),
                                            target.path("calls").asString(""),
                                            target.path("failures").asString(""),
                                            TargetTable.millis(target, "latency_p50_ms"),
                                            TargetTable.millis(target, "latency_p95_ms"),
                                            TargetTable.millis(target, "first_content_p50_ms")))
                            .orElseGet(() -> List.of(id, provider, "", "", "", "", "", "")));
        }
        return table;
    }

    /// The model as the worker sees it that made most of the calls.
    private static Optional<JsonNode> target(List<JsonNode> pools, String provider, String id) {
        String prefix = provider + "/";
        String model = id.startsWith(prefix) ? id.substring(prefix.length()) : id;
        return pools.stream()
                .filter(pool -> Json.text(pool, "provider").equals(provider))
                .flatMap(pool -> Json.objects(pool, "targets").stream())
                .filter(target -> Json.text(target, "model").equals(model))
                .max(Comparator.comparingLong(target -> target.path("calls").asLong(0)));
    }
}
