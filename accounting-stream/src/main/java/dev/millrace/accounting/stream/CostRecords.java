package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bucket;
import dev.millrace.accounting.ledger.Totals;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;

/// Sums as they stand in the cost records, which are also how the store keeps them.
final class CostRecords {

    private CostRecords() {}

    /// @param member any charge of the group
    static Cost cost(Bucket bucket, Charge member, Totals totals) {
        return Cost.newBuilder()
                .setBucketStart(bucket.start())
                .setGranularity(
                        switch (bucket.length()) {
                            case HOUR -> Granularity.HOUR;
                            case DAY -> Granularity.DAY;
                            case MONTH -> Granularity.MONTH;
                        })
                .setTenant(member.getTenant())
                .setKeyId(member.getKeyId())
                .setProvider(member.getProvider())
                .setUpstreamModel(member.getUpstreamModel())
                .setLane(member.getLane())
                .setAmount(totals.amount())
                .setCurrency(member.getCurrency())
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
