package dev.millrace.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// How long the calls of a line of costs took that completed.
///
/// @param millis in the order of [#HEADINGS]; empty texts where it is not known
record CostLatency(List<String> millis) {

    /// Of the columns: within how many milliseconds half of the calls ended, 95 and 99 of a
    /// hundred, and within how many their first content came.
    static final List<String> HEADINGS =
            List.of("P50-MS", "P95-MS", "P99-MS", "FIRST-P50", "FIRST-P95", "FIRST-P99");

    /// Of no call.
    static final CostLatency NONE = new CostLatency(Collections.nCopies(HEADINGS.size(), ""));

    CostLatency {
        millis = List.copyOf(millis);
    }

    static CostLatency read(JsonNode line) {
        List<String> millis = new ArrayList<>();
        for (String member : List.of("latency_ms", "first_token_ms")) {
            for (String percentile : List.of("p50", "p95", "p99")) {
                millis.add(Json.text(line.path(member), percentile));
            }
        }
        return new CostLatency(millis);
    }
}
