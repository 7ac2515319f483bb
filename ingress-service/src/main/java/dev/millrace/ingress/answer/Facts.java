package dev.millrace.ingress.answer;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What a reply tells about how it came to be.
///
/// @param provider the provider that answered; null where none was reached
/// @param model the model's name there
/// @param cost the price of the attempt; null where it is not known, or not yet
/// @param currency of the cost
/// @param attempts provider calls made for the request so far
/// @param fallbacks how often the request was rerouted
/// @param queueMs from the request's acceptance to the start of the attempt, in milliseconds
/// @param upstreamMs what the attempt has taken so far, in milliseconds
public record Facts(
        @Nullable String provider,
        @Nullable String model,
        @Nullable BigDecimal cost,
        @Nullable String currency,
        int attempts,
        int fallbacks,
        long queueMs,
        long upstreamMs) {}
