package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import java.util.Locale;

/// Sums as they stand in the cost records, which are also how the store keeps them.
final class CostRecords {

    private CostRecords() {}

    static Cost cost(Bucket bucket, Dimensions group, Totals totals) {
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
                .setInputTokens(totals.input())
                .setCacheReadTokens(totals.cacheRead())
                .setCacheWriteTokens(totals.cacheWrite())
                .setOutputTokens(totals.output())
                .setReasoningTokens(totals.reasoning())
                .setWastedAmount(totals.wasted())
                .setCharges(totals.charges())
                .build();
    }

    static Totals totals(Cost cost) {
        return new Totals(
                cost.getAmount(),
                cost.getWastedAmount(),
                cost.getRequests(),
                cost.getAttempts(),
                cost.getFailures(),
                cost.getUnpricedAttempts(),
                cost.getEstimatedAttempts(),
                cost.getInputTokens(),
                cost.getCacheReadTokens(),
                cost.getCacheWriteTokens(),
                cost.getOutputTokens(),
                cost.getReasoningTokens(),
                cost.getCharges());
    }
}
