package dev.millrace.cli.ledger;

import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.LatencyBucket;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The figures of one group. For one thread.
final class Sums {

    private final Map<String, BigDecimal> figures = new LinkedHashMap<>();

    static Sums of(Cost cost) {
        Sums sums = new Sums();
        sums.add("amount", cost.getAmount());
        sums.add("wasted amount", cost.getWastedAmount());
        sums.add("saved amount", cost.getSavedAmount());
        sums.add("requests", cost.getRequests());
        sums.add("attempts", cost.getAttempts());
        sums.add("failures", cost.getFailures());
        sums.add("unpriced attempts", cost.getUnpricedAttempts());
        sums.add("estimated attempts", cost.getEstimatedAttempts());
        sums.add("input tokens", cost.getInputTokens());
        sums.add("cache read tokens", cost.getCacheReadTokens());
        sums.add("cache write tokens", cost.getCacheWriteTokens());
        sums.add("output tokens", cost.getOutputTokens());
        sums.add("reasoning tokens", cost.getReasoningTokens());
        sums.add("hour's cache write tokens", cost.getCacheWrite1hTokens());
        sums.add("audio input tokens", cost.getAudioInputTokens());
        sums.add("audio output tokens", cost.getAudioOutputTokens());
        sums.add("images", cost.getImages());
        sums.add("audio milliseconds", cost.getAudioMilliseconds());
        sums.add("queries", cost.getQueries());
        sums.add("compute milliseconds", cost.getComputeMilliseconds());
        sums.add("latencies", attempts(cost.getLatency()));
        sums.add("first token latencies", attempts(cost.getFirstToken()));
        sums.add("charges", cost.getCharges());
        return sums;
    }

    void add(Charge charge) {
        int sign = charge.getKind() == ChargeKind.REVERSAL ? -1 : 1;
        boolean completed = charge.getOutcome() == AttemptOutcome.COMPLETED;
        Usage usage = charge.getUsage();
        add("amount", charge.getAmount());
        add("wasted amount", completed ? null : charge.getAmount());
        add("saved amount", charge.getSavedAmount());
        add("requests", charge.getCountsRequest() ? sign : 0);
        add("attempts", sign);
        add("failures", completed ? 0 : sign);
        add("unpriced attempts", charge.getAmount() == null ? sign : 0);
        add("estimated attempts", usage.getSource() == UsageSource.ESTIMATED ? sign : 0);
        add("input tokens", sign * usage.getInputTokens());
        add("cache read tokens", sign * usage.getCacheReadTokens());
        add("cache write tokens", sign * usage.getCacheWriteTokens());
        add("output tokens", sign * usage.getOutputTokens());
        add("reasoning tokens", sign * usage.getReasoningTokens());
        add("hour's cache write tokens", sign * usage.getCacheWrite1hTokens());
        add("audio input tokens", sign * usage.getAudioInputTokens());
        add("audio output tokens", sign * usage.getAudioOutputTokens());
        add("images", sign * usage.getImages());
        add("audio milliseconds", sign * usage.getAudioMilliseconds());
        add("queries", sign * usage.getQueries());
        add("compute milliseconds", sign * usage.getComputeMilliseconds());
        add("latencies", completed ? sign : 0);
        add("first token latencies", completed && charge.getFirstTokenAt() != null ? sign : 0);
        add("charges", 1);
    }

    private static long attempts(List<LatencyBucket> steps) {
        return steps.stream().mapToLong(LatencyBucket::getAttempts).sum();
    }

    BigDecimal amount() {
        return figure("amount");
    }

    /// In words, by how much the other's figures are not these; empty where they are.
    String differenceTo(Sums stated) {
        StringBuilder words = new StringBuilder();
        Set<String> all = new LinkedHashSet<>(figures.keySet());
        all.addAll(stated.figures.keySet());
        for (String figure : all) {
            BigDecimal drift = stated.figure(figure).subtract(figure(figure));
            if (drift.signum() != 0) {
                words.append(words.isEmpty() ? "" : ", ")
                        .append(figure)
                        .append(" off by ")
                        .append(drift.toPlainString());
            }
        }
        return words.toString();
    }

    private BigDecimal figure(String name) {
        return figures.getOrDefault(name, BigDecimal.ZERO);
    }

    private void add(String figure, long number) {
        add(figure, BigDecimal.valueOf(number));
    }

    private void add(String figure, @Nullable BigDecimal number) {
        figures.merge(figure, number == null ? BigDecimal.ZERO : number, BigDecimal::add);
    }
}
