package dev.millrace.ingress.kafka;

import dev.millrace.ingress.costs.CostRow;
import dev.millrace.ingress.costs.Counts;
import dev.millrace.ingress.costs.Latencies;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.LatencyBucket;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows that the cost records stand for.
final class CostRows {

    private CostRows() {}

    static CostRow row(Cost cost) {
        String label = cost.getLabelName();
        String value = cost.getLabelValue();
        return new CostRow(
                cost.getBucketStart(),
                shared(cost.getTenant()),
                cost.getKeyId() == null ? null : shared(cost.getKeyId()),
                shared(cost.getProvider()),
                shared(cost.getUpstreamModel()),
                cost.getLane() == Lane.BATCH ? "batch" : "interactive",
                label == null ? null : label(label, value),
                cost.getCurrency() == null ? null : shared(cost.getCurrency()),
                new CostRow.Sums(
                        cost.getAmount(),
                        cost.getSavedAmount(),
                        counts(cost),
                        latencies(cost.getLatency()),
                        latencies(cost.getFirstToken())));
    }

    private static CostRow.Label label(String name, @Nullable String value) {
        return new CostRow.Label(shared(name), value == null ? "" : shared(value));
    }

    private static Counts counts(Cost cost) {
        return Counts.of(count ->
                switch (count) {
                    case REQUESTS -> cost.getRequests();
                    case ATTEMPTS -> cost.getAttempts();
                    case FAILURES -> cost.getFailures();
                    case UNPRICED_ATTEMPTS -> cost.getUnpricedAttempts();
                    case ESTIMATED_ATTEMPTS -> cost.getEstimatedAttempts();
                    case INPUT_TOKENS -> cost.getInputTokens();
                    case CACHE_READ_TOKENS -> cost.getCacheReadTokens();
                    case CACHE_WRITE_TOKENS -> cost.getCacheWriteTokens();
                    case OUTPUT_TOKENS -> cost.getOutputTokens();
                    case REASONING_TOKENS -> cost.getReasoningTokens();
                    case CACHE_WRITE_1H_TOKENS -> cost.getCacheWrite1hTokens();
                    case AUDIO_INPUT_TOKENS -> cost.getAudioInputTokens();
                    case AUDIO_OUTPUT_TOKENS -> cost.getAudioOutputTokens();
                    case IMAGES -> cost.getImages();
                    case AUDIO_MILLISECONDS -> cost.getAudioMilliseconds();
                    case QUERIES -> cost.getQueries();
                    case COMPUTE_MILLISECONDS -> cost.getComputeMilliseconds();
                });
    }

    private static Latencies latencies(List<LatencyBucket> steps) {
        SortedMap<Long, Long> attempts = new TreeMap<>();
        steps.forEach(step -> attempts.put(step.getUpToMs(), step.getAttempts()));
        return Latencies.of(attempts);
    }

    /// Rows are many, and what they are told apart by is little.
    private static String shared(String text) {
        return text.intern();
    }
}
