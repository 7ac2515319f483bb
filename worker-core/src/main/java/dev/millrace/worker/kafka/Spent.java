package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What a call used.
///
/// @param cost null where no price is known
/// @param currency of the cost; null without one
record Spent(TokenUsage usage, @Nullable BigDecimal cost, @Nullable String currency) {}
