package dev.millrace.worker.canonical;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the answer is drawn. What the client did not set is null.
///
/// @param maxTokens the longest answer
/// @param stops words that end the answer
public record Sampling(
        @Nullable Integer maxTokens,
        @Nullable BigDecimal temperature,
        @Nullable BigDecimal topP,
        @Nullable BigDecimal presencePenalty,
        @Nullable BigDecimal frequencyPenalty,
        @Nullable Long seed,
        List<String> stops) {

    public Sampling {
        stops = List.copyOf(stops);
    }
}
