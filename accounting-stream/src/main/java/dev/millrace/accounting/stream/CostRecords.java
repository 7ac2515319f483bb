package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Histogram;
import dev.millrace.accounting.ledger.Label;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.accounting.ledger.Used;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.LatencyBucket;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sums as they stand in the cost records, which are also how the store keeps them.
final class CostRecords {

    private CostRecords() {}

    /// @param label null for the sum over all attempts, whatever their labels
    static Cost cost(Bucket bucket, Dimensions group, @Nullable Label label, Totals totals) {
        Used used = totals.used();
        return Cost.newBuilder()
                .setBucketStart(bucket.start())
                .setGranularity(
                        switch (bucket.length()) {
                            case HOUR -> Granularity.HOUR;
                            case DAY -> Granularity.DAY;
                            case MONTH -> Granularity.MONTH;
                        })
                .setTenant(group.tenant())
                .setKeyId(group.keyId())
                .setProvider(group.provider())
                .setUpstreamModel(group.model())
                .setLane(Lane.valueOf(group.lane().toUpperCase(Locale.ROOT)))
                .setAmount(totals.amount())
                .setCurrency(group.currency())
                .setRequests(totals.requests())
                .setAttempts(totals.attempts())
                .setFailures(totals.failures())
                .setUnpricedAttempts(totals.unpriced())
                .setEstimatedAttempts(totals.estimated())
                .setInputTokens(used.input())
                .setCacheReadTokens(used.cacheRead())
                .setCacheWriteTokens(used.cacheWrite())
                .setCacheWrite1hTokens(used.cacheWriteHour())
                .setOutputTokens(used.output())
                .setReasoningTokens(used.reasoning())
                .setAudioInputTokens(used.audioInput())
                .setAudioOutputTokens(used.audioOutput())
                .setImages(used.images())
                .setAudioMilliseconds(used.audioMillis())
                .setQueries(used.queries())
                .setComputeMilliseconds(used.computeMillis())
                .setWastedAmount(totals.wasted())
                .setSavedAmount(totals.saved())
                .setLatency(steps(totals.latency()))
                .setFirstToken(steps(totals.firstToken()))
                .setLabelName(label == null ? null : label.name())
                .setLabelValue(label == null ? null : label.value())
                .setCharges(totals.charges())
                .build();
    }

    static Totals totals(Cost cost) {
        return new Totals(
                cost.getAmount(),
                cost.getWastedAmount(),
                cost.getSavedAmount(),
                cost.getRequests(),
                cost.getAttempts(),
                cost.getFailures(),
                cost.getUnpricedAttempts(),
                cost.getEstimatedAttempts(),
                new Used(
                        cost.getInputTokens(),
                        cost.getCacheReadTokens(),
                        cost.getCacheWriteTokens(),
                        cost.getCacheWrite1hTokens(),
                        cost.getOutputTokens(),
                        cost.getReasoningTokens(),
                        cost.getAudioInputTokens(),
                        cost.getAudioOutputTokens(),
                        cost.getImages(),
                        cost.getAudioMilliseconds(),
                        cost.getQueries(),
                        cost.getComputeMilliseconds()),
                histogram(cost.getLatency()),
                histogram(cost.getFirstToken()),
                cost.getCharges());
    }

    private static List<LatencyBucket> steps(Histogram histogram) {
        return histogram.steps(LatencyBucket::new);
    }

    private static Histogram histogram(List<LatencyBucket> steps) {
        return Histogram.of(
                steps.stream().mapToLong(LatencyBucket::getUpToMs).toArray(),
                steps.stream().mapToLong(LatencyBucket::getAttempts).toArray());
    }
}
