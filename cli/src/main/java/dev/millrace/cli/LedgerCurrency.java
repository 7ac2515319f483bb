package dev.millrace.cli;

import dev.millrace.cli.compare.Compared;
import dev.millrace.cli.compare.ModelFigures;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// The currency of costs that came without it: the head of a stream is sent before its cost is
/// known. The ledger's lines of this month tell it, where they agree.
///
/// @param now in this month
record LedgerCurrency(Gateway gateway, Instant now) {

    /// The currency; empty where nothing asks for it, or it cannot be told.
    String of(Compared compared) throws InterruptedException {
        boolean asked =
                Stream.concat(
                                compared.figures().stream().map(ModelFigures::spending),
                                Stream.of(compared.judging()))
                        .anyMatch(all -> all.cost() != null && all.currency().isEmpty());
        if (!asked) {
            return "";
        }
        try {
            String lines = gateway.get("/v1/costs?bucket=month&since=" + now, "application/json");
            List<String> currencies =
                    Listing.of(lines).stream()
                            .map(line -> Json.text(line, "currency"))
                            .filter(name -> !name.isEmpty())
                            .distinct()
                            .toList();
            return currencies.size() == 1 ? currencies.getFirst() : "";
        } catch (CommandFailure _) {
            return ""; // The amounts are right without it.
        }
    }
}
