package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bill;
import dev.millrace.accounting.ledger.Consumption;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Ending;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.TokenCounts;
import dev.millrace.identity.Identity;
import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Attempts, bills and charges as they stand in the records.
final class ChargeRecords {

    /// An abandoned attempt is charged under an id of its own, so that the charge by its end,
    /// should that come after all, has the id that it would have had anyway.
    private static final String ABANDONED = "abandoned:";

    private ChargeRecords() {}

    /// What an ended attempt is charged for.
    ///
    /// @throws IllegalArgumentException if a count cannot be
    static Consumption consumption(Attempt ended) {
        Usage usage = ended.getUsage();
        return Consumption.of(
                ending(ended.getOutcome()),
                usage == null ? null : consumption(usage),
                ended.getEstimatedPromptTokens());
    }

    /// The charge of an ended attempt.
    static Charge ended(Attempt attempt, Bill bill) {
        return charge(attempt, bill, attempt.getOutcome(), attempt.getEndedAt(), "");
    }

    /// The charge of an attempt whose end nobody saw. It counts as ended when it started, which is
    /// the only time that is known of it, whenever it is found to be abandoned.
    static Charge abandoned(Attempt started, Bill bill) {
        return charge(started, bill, AttemptOutcome.ABANDONED, started.getStartedAt(), ABANDONED);
    }

    /// What takes a charge back.
    static Charge reversal(Charge charge) {
        AppliedPrice price = charge.getPrice();
        String entry = price == null ? "" : price.getEntryId();
        UUID attempt = charge.getAttemptId();
        boolean byItsEnd = charge.getChargeId().equals(Identity.chargeId(attempt, entry, false));
        String scope = byItsEnd ? "" : ABANDONED;
        return Charge.newBuilder(charge)
                .setChargeId(Identity.chargeId(attempt, scope + entry, true))
                .setKind(ChargeKind.REVERSAL)
                .setCorrects(charge.getChargeId())
                .setAmount(negated(charge.getAmount()))
                .setSavedAmount(negated(charge.getSavedAmount()))
                .build();
    }

    /// What a charge adds to the sums.
    static Posting posting(Entry.Booking booking) {
        Charge charge = booking.charge();
        return new Posting(
                charge.getKind() == ChargeKind.REVERSAL ? -1 : 1,
                booking.countsRequest(),
                charge.getOutcome() == AttemptOutcome.COMPLETED,
                consumption(charge.getUsage()),
                charge.getAmount());
    }

    /// Which sums a charge belongs to.
    static Dimensions dimensions(Charge charge) {
        return new Dimensions(
                charge.getTenant(),
                charge.getKeyId(),
                charge.getProvider(),
                charge.getUpstreamModel(),
                charge.getLane().name().toLowerCase(Locale.ROOT),
                charge.getCurrency());
    }

    private static Charge charge(
            Attempt attempt, Bill bill, AttemptOutcome outcome, Instant endedAt, String scope) {
        PriceEntry price = bill.price();
        return Charge.newBuilder()
                .setChargeId(
                        Identity.chargeId(
                                attempt.getAttemptId(),
                                scope + (price == null ? "" : price.id()),
                                false))
                .setKind(ChargeKind.CHARGE)
                .setAttemptId(attempt.getAttemptId())
                .setRequestId(attempt.getRequestId())
                .setTenant(attempt.getTenant())
                .setKeyId(attempt.getKeyId())
                .setLabels(attempt.getLabels())
                .setLane(attempt.getLane())
                .setBatchId(attempt.getBatchId())
                .setOperation(attempt.getOperation())
                .setProvider(attempt.getProvider())
                .setUpstreamModel(attempt.getUpstreamModel())
                .setAskedModel(attempt.getAskedModel())
                .setRoute(attempt.getRoute())
                .setHop(attempt.getHop())
                .setOutcome(outcome)
                .setUsage(usage(bill.consumption()))
                .setPrice(price == null ? null : applied(price))
                .setAmount(bill.amount())
                .setSavedAmount(bill.saved())
                .setCurrency(price == null ? null : price.currency())
                .setStartedAt(attempt.getStartedAt())
                .setEndedAt(endedAt)
                .build();
    }

    private static Ending ending(AttemptOutcome outcome) {
        return switch (outcome) {
            case COMPLETED -> Ending.COMPLETED;
            case REJECTED, THROTTLED, CREDENTIAL_REFUSED, UNAVAILABLE -> Ending.REFUSED;
            case TIMED_OUT, MALFORMED, CANCELLED, ABANDONED, UNKNOWN -> Ending.BROKEN_OFF;
        };
    }

    private static Consumption consumption(Usage usage) {
        return new Consumption(
                new TokenCounts(
                        usage.getInputTokens(),
                        usage.getCacheReadTokens(),
                        usage.getCacheWriteTokens(),
                        usage.getOutputTokens(),
                        usage.getReasoningTokens()),
                usage.getSource() != UsageSource.PROVIDER);
    }

    private static Usage usage(Consumption consumption) {
        TokenCounts tokens = consumption.tokens();
        return Usage.newBuilder()
                .setInputTokens(tokens.input())
                .setCacheReadTokens(tokens.cacheRead())
                .setCacheWriteTokens(tokens.cacheWrite())
                .setOutputTokens(tokens.output())
                .setReasoningTokens(tokens.reasoning())
                .setSource(consumption.estimated() ? UsageSource.ESTIMATED : UsageSource.PROVIDER)
                .build();
    }

    private static AppliedPrice applied(PriceEntry price) {
        return AppliedPrice.newBuilder()
                .setEntryId(price.id())
                .setCurrency(price.currency())
                .setPer(price.per())
                .setInput(price.input().setScale(PriceEntry.SCALE))
                .setCacheRead(price.cacheRead().setScale(PriceEntry.SCALE))
                .setCacheWrite(price.cacheWrite().setScale(PriceEntry.SCALE))
                .setOutput(price.output().setScale(PriceEntry.SCALE))
                .setEffectiveFrom(price.effectiveFrom())
                .build();
    }

    private static @Nullable BigDecimal negated(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.negate();
    }
}
