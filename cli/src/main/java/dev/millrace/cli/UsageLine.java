package dev.millrace.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The line about what an answer took.
///
/// @param usage tokens and cost, as the API reports them; null where it did not
/// @param provider that answered; empty where the gateway did not say
/// @param model its name there; empty where the gateway did not say
/// @param firstText from the request to the first text of a stream; null where there was none
/// @param total from the request to the end of the answer
record UsageLine(
        @Nullable JsonNode usage,
        String provider,
        String model,
        @Nullable Duration firstText,
        Duration total) {

    String text() {
        List<String> facts = new ArrayList<>();
        if (usage == null) {
            facts.add("tokens unknown");
        } else {
            facts.add(
                    Json.count(usage, "prompt_tokens")
                            + " prompt + "
                            + Json.count(usage, "completion_tokens")
                            + " completion tokens");
            // The gateway writes null where it knows no price; a price of 0 is something else.
            if (usage.has("cost")) {
                facts.add(Json.decimal(usage, "cost").map(this::priced).orElse("unpriced"));
            }
        }
        if (!provider.isEmpty()) {
            facts.add(model.isEmpty() ? provider : provider + "/" + model);
        }
        if (firstText != null) {
            facts.add("first text after " + seconds(firstText));
        }
        facts.add(seconds(total) + " in all");
        return String.join(", ", facts);
    }

    private String priced(BigDecimal cost) {
        String currency = usage == null ? "" : Json.text(usage, "cost_currency");
        return "cost " + (Json.plain(cost) + " " + currency).strip();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }
}
