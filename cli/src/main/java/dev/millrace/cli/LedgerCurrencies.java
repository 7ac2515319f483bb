package dev.millrace.cli;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.millrace.cli.compare.Compared;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The currencies of costs that came without one: the head of a stream is sent before its cost is
/// known. The ledger's lines of this month tell them. A simulated model's is another than the
/// others', so each target has its own.
///
/// @param now in this month
record LedgerCurrencies(Gateway gateway, Instant now) {

    /// The currencies by provider and model, as `openai/gpt-4o`; an empty text for a target that
    /// has had costs in several. Empty where no answer asks for any, or the ledger does not tell.
    Map<String, String> of(Compared compared) throws InterruptedException {
        if (!compared.lacksCurrencies()) {
            return Map.of();
        }
        try {
            String lines =
                    gateway.get(
                            "/v1/costs?bucket=month&group_by=provider,model&since=" + now,
                            "application/json");
            return Listing.of(lines).stream()
                    .filter(line -> !Json.text(line, "currency").isEmpty())
                    .collect(
                            groupingBy(
                                    LedgerCurrencies::target,
                                    mapping(
                                            line -> Json.text(line, "currency"),
                                            collectingAndThen(toSet(), LedgerCurrencies::only))));
        } catch (CommandFailure _) {
            return Map.of(); // The amounts are right without them.
        }
    }

    private static String target(JsonNode line) {
        return Json.text(line, "provider") + "/" + Json.text(line, "model");
    }

    private static String only(Set<String> names) {
        return names.size() == 1 ? names.iterator().next() : "";
    }
}
