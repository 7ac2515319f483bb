package dev.millrace.accounting.stream;

import dev.millrace.accounting.stream.GeneratedTraffic.ProviderCall;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What traffic has to cost, computed without any of the ledger's code.
final class Recalculation {

    /// A sum, in the making.
    static final class Sum {
        BigDecimal amount = new BigDecimal("0.000000000000");
        BigDecimal wasted = new BigDecimal("0.000000000000");
        long attempts;
        long failures;
        long unpriced;
        long tokens;
        final List<Long> latencies = new ArrayList<>();
        final List<Long> firstTokens = new ArrayList<>();
    }

    private final Map<UUID, BigDecimal> amounts = new HashMap<>();
    private final Map<String, Sum> sums = new HashMap<>();
    private final Map<String, Set<UUID>> requests = new HashMap<>();
    private BigDecimal total = BigDecimal.ZERO;

    Recalculation(List<ProviderCall> calls) {
        calls.forEach(this::add);
    }

    /// What all calls cost.
    BigDecimal total() {
        return total;
    }

    /// What each call costs; without those that have no price.
    Map<UUID, BigDecimal> amounts() {
        return amounts;
    }

    /// The sums, by the keys of the cost topics.
    Map<String, Sum> sums() {
        return sums;
    }

    /// How many requests of a tenant are counted.
    int requests(String tenant) {
        return requests.getOrDefault(tenant, Set.of()).size();
    }

    private void add(ProviderCall call) {
        Attempt started = call.started();
        Attempt ended = call.ended();
        long[] tokens = tokens(started, ended);
        Instant end = ended == null ? started.getStartedAt() : ended.getEndedAt();
        BigDecimal amount =
                started.getUpstreamModel().equals("tiered")
                        ? tiered(started, ended, tokens)
                        : amount(started.getUpstreamModel(), end, tokens);
        if (amount != null) {
            amounts.put(started.getAttemptId(), amount);
            total = total.add(amount);
        }
        boolean completed = ended != null && ended.getOutcome() == AttemptOutcome.COMPLETED;
        String time = end.toString();
        String dimensions =
                "|%s|ci|one|%s|interactive|%s"
                        .formatted(
                                started.getTenant(),
                                started.getUpstreamModel(),
                                amount == null ? "" : "USD");
        for (String bucket :
                List.of(
                        "hour-" + time.substring(0, 13),
                        "day-" + time.substring(0, 10),
                        "month-" + time.substring(0, 7))) {
            Sum sum = sums.computeIfAbsent(bucket + dimensions, key -> new Sum());
            sum.attempts++;
            sum.failures += completed ? 0 : 1;
            sum.unpriced += amount == null ? 1 : 0;
            for (int kind = 0; kind < 5; kind++) {
                sum.tokens += tokens[kind];
            }
            if (ended != null && completed) {
                sum.latencies.add(millis(ended, ended.getEndedAt()));
                if (ended.getFirstTokenAt() != null) {
                    sum.firstTokens.add(millis(ended, ended.getFirstTokenAt()));
                }
            }
            if (amount != null) {
                sum.amount = sum.amount.add(amount);
                sum.wasted = completed ? sum.wasted : sum.wasted.add(amount);
            }
        }
        if (started.getHop() == 0 && started.getNumber() == 1) {
            requests.computeIfAbsent(started.getTenant(), key -> new HashSet<>())
                    .add(started.getRequestId());
        }
    }

    private static long millis(Attempt ended, Instant time) {
        return Duration.between(ended.getStartedAt(), time).toMillis();
    }

    private static long[] tokens(Attempt started, @Nullable Attempt ended) {
        Usage usage = ended == null ? null : ended.getUsage();
        if (usage != null) {
            return new long[] {
                usage.getInputTokens(),
                usage.getCacheReadTokens(),
                usage.getCacheWriteTokens(),
                usage.getOutputTokens(),
                usage.getReasoningTokens(),
                usage.getAudioInputTokens(),
                usage.getImages()
            };
        }
        return new long[] {ran(ended) ? started.getEstimatedPromptTokens() : 0, 0, 0, 0, 0, 0, 0};
    }

    private static boolean ran(@Nullable Attempt ended) {
        return ended == null
                || !Set.of(
                                AttemptOutcome.REJECTED,
                                AttemptOutcome.THROTTLED,
                                AttemptOutcome.CREDENTIAL_REFUSED,
                                AttemptOutcome.UNAVAILABLE)
                        .contains(ended.getOutcome());
    }

    /// In ten-millionths of a dollar, as the document's entry says for a thousand tokens.
    private static BigDecimal tiered(Attempt started, @Nullable Attempt ended, long[] tokens) {
        long prompt = tokens[0] + tokens[1] + tokens[2] + tokens[5];
        boolean flex = ended != null && "flex".equals(ended.getServiceTier());
        long input = 10_000;
        long output = 50_000;
        if (flex) {
            input = prompt > 80_000 ? 7_000 : 5_000;
        } else if (prompt > 50_000) {
            input = 20_000;
            output = 60_000;
        }
        long tenMillionths =
                input * (tokens[0] + tokens[2])
                        + 1_000 * tokens[1]
                        + output * (tokens[3] + tokens[4])
                        + 40_000 * tokens[5]
                        + 30_000 * tokens[6];
        if (ran(ended)) {
            tenMillionths += 100_000;
        }
        long served =
                ended == null || !ran(ended)
                        ? 0
                        : Duration.between(started.getStartedAt(), ended.getEndedAt()).toMillis();
        return BigDecimal.valueOf(tenMillionths, 7)
                .add(BigDecimal.valueOf(served * 7_000, 10))
                .setScale(12);
    }

    /// The prices of [Attempts#PRICES], in ten-millionths of a dollar a token, or in sevenths.
    private static @Nullable BigDecimal amount(String model, Instant end, long[] tokens) {
        boolean june = end.toString().startsWith("2026-06");
        return switch (model) {
            case "small" ->
                    sum(tokens, june ? 30 : 10, june ? 10 : 5, june ? 30 : 10, june ? 70 : 20)
                            .movePointLeft(7)
                            .setScale(12);
            case "odd" ->
                    sum(tokens, 1, 1, 1, 1)
                            .divide(BigDecimal.valueOf(7), 12, RoundingMode.HALF_EVEN);
            default -> null;
        };
    }

    private static BigDecimal sum(
            long[] tokens, long input, long cacheRead, long cacheWrite, long output) {
        return BigDecimal.valueOf(
                (tokens[0] + tokens[5]) * input
                        + tokens[1] * cacheRead
                        + tokens[2] * cacheWrite
                        + (tokens[3] + tokens[4]) * output);
    }
}
