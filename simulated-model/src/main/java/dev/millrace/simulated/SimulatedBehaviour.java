package dev.millrace.simulated;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a [SimulatedModelServer] behaves. Immutable; a server takes a new one at any time, and calls
/// that have already begun keep the one they began with.
///
/// @param firstTokenLatency how long a call waits before its first byte
/// @param tokensPerSecond how fast tokens follow; 0 sends them at once
/// @param outputTokens how long a text answer is, in tokens; 0 leaves it at its natural length
/// @param reportUsage whether answers carry `usage`
/// @param requiredKey the bearer key that calls have to show; null lets every call in
/// @param models the model names listed; `*` says that any name is served
/// @param failures what befalls the next calls, in order, one entry for each call
public record SimulatedBehaviour(
        Duration firstTokenLatency,
        double tokensPerSecond,
        int outputTokens,
        boolean reportUsage,
        @Nullable String requiredKey,
        List<String> models,
        List<SimulatedFailure> failures) {

    public SimulatedBehaviour {
        Objects.requireNonNull(firstTokenLatency, "firstTokenLatency");
        if (firstTokenLatency.isNegative()) {
            throw new IllegalArgumentException("firstTokenLatency is negative");
        }
        if (!(tokensPerSecond >= 0)) {
            throw new IllegalArgumentException("tokensPerSecond is negative or not a number");
        }
        if (outputTokens < 0) {
            throw new IllegalArgumentException("outputTokens is negative");
        }
        models = List.copyOf(models);
        failures = List.copyOf(failures);
    }

    /// Answers at once, at natural length, with usage, for any model name.
    public static SimulatedBehaviour immediate() {
        return new SimulatedBehaviour(
                Duration.ZERO,
                0,
                0,
                true,
                null,
                List.of("simulated-chat", "simulated-embedding", "*"),
                List.of());
    }

    /// The pace of a small hosted model: 150 ms to the first token, then 80 tokens a second.
    public static SimulatedBehaviour lifelike() {
        return immediate().withFirstTokenLatency(Duration.ofMillis(150)).withTokensPerSecond(80);
    }

    public SimulatedBehaviour withFirstTokenLatency(Duration latency) {
        return new SimulatedBehaviour(
                latency, tokensPerSecond, outputTokens, reportUsage, requiredKey, models, failures);
    }

    public SimulatedBehaviour withTokensPerSecond(double tokens) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokens,
                outputTokens,
                reportUsage,
                requiredKey,
                models,
                failures);
    }

    public SimulatedBehaviour withOutputTokens(int tokens) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                tokens,
                reportUsage,
                requiredKey,
                models,
                failures);
    }

    public SimulatedBehaviour withUsage(boolean reported) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                outputTokens,
                reported,
                requiredKey,
                models,
                failures);
    }

    public SimulatedBehaviour withRequiredKey(@Nullable String key) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                outputTokens,
                reportUsage,
                key,
                models,
                failures);
    }

    public SimulatedBehaviour withModels(String... names) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                outputTokens,
                reportUsage,
                requiredKey,
                List.of(names),
                failures);
    }

    /// The next calls meet these failures, one each and in this order; later calls succeed.
    public SimulatedBehaviour withFailures(SimulatedFailure... next) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                outputTokens,
                reportUsage,
                requiredKey,
                models,
                List.of(next));
    }

    /// The next `count` calls meet this failure.
    public SimulatedBehaviour withFailures(int count, SimulatedFailure failure) {
        return new SimulatedBehaviour(
                firstTokenLatency,
                tokensPerSecond,
                outputTokens,
                reportUsage,
                requiredKey,
                models,
                Collections.nCopies(count, failure));
    }
}
