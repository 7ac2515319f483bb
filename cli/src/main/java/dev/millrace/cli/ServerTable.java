package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The servers of the providers that have several, as every worker sees them.
final class ServerTable {

    private ServerTable() {}

    static Table of(List<JsonNode> pools) {
        Table table =
                new Table(
                        List.of(
                                Column.left("PROVIDER"),
                                Column.left("SERVER"),
                                Column.left("STATE"),
                                Column.right("RUNNING"),
                                Column.right("ITS LOAD"),
                                Column.right("WAITING"),
                                Column.right("SLOTS"),
                                Column.right("KV CACHE"),
                                Column.left("WORKER"),
                                Column.left("LAST ERROR"),
                                Column.left("AT")));
        for (JsonNode pool : pools) {
            for (JsonNode server : pool.path("servers")) {
                JsonNode load = server.path("load");
                table.row(
                        List.of(
                                Json.text(pool, "provider"),
                                Json.text(server, "address"),
                                Json.text(server, "state").replace('_', ' '),
                                server.path("in_flight").asString(""),
                                load.path("running").asString(""),
                                load.path("waiting").asString(""),
                                load.path("slots").asString(""),
                                percent(load.path("kv_cache_use")),
                                Json.text(pool, "instance"),
                                server.path("last_error").asString(""),
                                server.path("last_error_at").asString("")));
            }
        }
        return table;
    }

    private static String percent(JsonNode part) {
        return part.isNumber() ? Math.round(part.asDouble() * 100) + " %" : "";
    }
}
