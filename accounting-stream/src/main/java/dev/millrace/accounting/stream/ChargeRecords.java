package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bill;
import dev.millrace.accounting.ledger.Consumption;
import dev.millrace.accounting.ledger.Dimensions;
import dev.millrace.accounting.ledger.Ending;
import dev.millrace.accounting.ledger.Posting;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.Rates;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Attempts, bills and charges as they stand in the records.
final class ChargeRecords {

    /// An abandoned attempt is charged under an id of its own, so that the charge by its end,
    /// should that come after all, has the id that it would have had anyway.
    private static final String ABANDONED = "abandoned:";

    /// A charge that replaces another one: prices may come back to what they were, ids do not.
    private static final String REPLACEMENT = "replaces:";

    private ChargeRecords() {}

    /// What an ended attempt is charged for.
    ///
    /// @throws IllegalArgumentException if a count cannot be
    static Consumption consumption(Attempt ended) {
        Usage usage = ended.getUsage();
        return Consumption.of(
                ending(ended.getOutcome()),
                usage == null ? null : consumption(usage),
                ended.getEstimatedPromptTokens(),
                Duration.between(ended.getStartedAt(), ended.getEndedAt()).toMillis());
    }

    /// The charge of an ended attempt.
    ///
    /// @param countsRequest whether the request is counted with the attempt
    static Charge ended(Attempt attempt, Bill bill, boolean countsRequest) {
        return charge(attempt, bill, countsRequest)
                .setChargeId(chargeId(attempt, bill, ""))
                .setOutcome(attempt.getOutcome())
                .setEndedAt(attempt.getEndedAt())
                .setFirstTokenAt(attempt.getFirstTokenAt())
                .build();
    }

    /// The charge of an attempt whose end nobody saw. It counts as ended when it started, which is
    /// the only time that is known of it, whenever it is found to be abandoned.
    ///
    /// @param countsRequest whether the request is counted with the attempt
    static Charge abandoned(Attempt started, Bill bill, boolean countsRequest) {
        return charge(started, bill, countsRequest)
                .setChargeId(chargeId(started, bill, ABANDONED))
                .setOutcome(AttemptOutcome.ABANDONED)
                .setEndedAt(started.getStartedAt())
                .build();
    }

    /// What takes a charge back.
    static Charge reversal(Charge charge) {
        return Charge.newBuilder(charge)
                .setChargeId(
                        Identity.chargeId(
                                charge.getAttemptId(), charge.getChargeId().toString(), true))
                .setKind(ChargeKind.REVERSAL)
                .setCorrects(charge.getChargeId())
                .setAmount(negated(charge.getAmount()))
                .setSavedAmount(negated(charge.getSavedAmount()))
                .build();
    }

    /// What an attempt is charged anew with, at another price, in place of a charge.
    static Charge replacement(Charge charge, Bill bill) {
        PriceEntry price = bill.price();
        return priced(Charge.newBuilder(charge), bill)
                .setChargeId(
                        Identity.chargeId(
                                charge.getAttemptId(),
                                REPLACEMENT + charge.getChargeId() + ":" + id(price),
                                false))
                .setCorrects(charge.getChargeId())
                .build();
    }

    /// Whether this is the price that a charge was computed with.
    ///
    /// @param price null: none is known
    static boolean isPricedBy(Charge charge, @Nullable PriceEntry price) {
        AppliedPrice applied = charge.getPrice();
        return (applied == null ? "" : applied.getEntryId()).equals(id(price));
    }

    /// What a charge adds to the sums.
    static Posting posting(Charge charge) {
        return new Posting(
                charge.getKind() == ChargeKind.REVERSAL ? -1 : 1,
                charge.getCountsRequest(),
                charge.getOutcome() == AttemptOutcome.COMPLETED,
                consumption(charge.getUsage()),
                charge.getAmount(),
                charge.getSavedAmount(),
                timing(charge));
    }

    private static Posting.@Nullable Timing timing(Charge charge) {
        if (charge.getOutcome() != AttemptOutcome.COMPLETED) {
            return null;
        }
        Instant started = charge.getStartedAt();
        Instant firstToken = charge.getFirstTokenAt();
        return new Posting.Timing(
                ChronoUnit.MILLIS.between(started, charge.getEndedAt()),
                firstToken == null ? null : ChronoUnit.MILLIS.between(started, firstToken));
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

    private static UUID chargeId(Attempt attempt, Bill bill, String scope) {
        return Identity.chargeId(attempt.getAttemptId(), scope + id(bill.price()), false);
    }

    private static Charge.Builder charge(Attempt attempt, Bill bill, boolean countsRequest) {
        return priced(Charge.newBuilder(), bill)
                .setKind(ChargeKind.CHARGE)
                .setCorrects(null)
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
                .setUsage(usage(bill.consumption()))
                .setStartedAt(attempt.getStartedAt())
                .setServiceTier(attempt.getServiceTier())
                .setCountsRequest(countsRequest);
    }

    private static Charge.Builder priced(Charge.Builder charge, Bill bill) {
        PriceEntry price = bill.price();
        PriceTier tier = bill.tier();
        return charge.setPrice(price == null || tier == null ? null : applied(price, tier))
                .setAmount(bill.amount())
                .setSavedAmount(bill.saved())
                .setCurrency(price == null ? null : price.currency());
    }

    private static String id(@Nullable PriceEntry price) {
        return price == null ? "" : price.id();
    }

    private static Ending ending(AttemptOutcome outcome) {
        return switch (outcome) {
            case COMPLETED -> Ending.COMPLETED;
            case REJECTED, THROTTLED, CREDENTIAL_REFUSED, UNAVAILABLE -> Ending.REFUSED;
            case TIMED_OUT, MALFORMED, CANCELLED, ABANDONED, UNKNOWN -> Ending.BROKEN_OFF;
        };
    }

    /// What a record says that an attempt used.
    static Consumption consumption(Usage usage) {
        return new Consumption(
                new Quantities(
                        new TokenCounts(
                                usage.getInputTokens(),
                                usage.getCacheReadTokens(),
                                usage.getCacheWriteTokens(),
                                usage.getCacheWrite1hTokens(),
                                usage.getOutputTokens(),
                                usage.getReasoningTokens(),
                                usage.getAudioInputTokens(),
                                usage.getAudioOutputTokens()),
                        usage.getImages(),
                        usage.getAudioMilliseconds(),
                        usage.getQueries(),
                        usage.getComputeMilliseconds()),
                usage.getSource() != UsageSource.PROVIDER);
    }

    private static Usage usage(Consumption consumption) {
        Quantities used = consumption.used();
        TokenCounts tokens = used.tokens();
        return Usage.newBuilder()
                .setInputTokens(tokens.input())
                .setCacheReadTokens(tokens.cacheRead())
                .setCacheWriteTokens(tokens.cacheWrite())
                .setOutputTokens(tokens.output())
                .setReasoningTokens(tokens.reasoning())
                .setCacheWrite1hTokens(tokens.cacheWriteHour())
                .setAudioInputTokens(tokens.audioInput())
                .setAudioOutputTokens(tokens.audioOutput())
                .setImages(used.images())
                .setAudioMilliseconds(used.audioMillis())
                .setQueries(used.queries())
                .setComputeMilliseconds(used.computeMillis())
                .setSource(consumption.estimated() ? UsageSource.ESTIMATED : UsageSource.PROVIDER)
                .build();
    }

    private static AppliedPrice applied(PriceEntry price, PriceTier tier) {
        Rates rates = tier.rates();
        return AppliedPrice.newBuilder()
                .setEntryId(price.id())
                .setCurrency(price.currency())
                .setPer(price.per())
                .setInput(scaled(rates.input()))
                .setCacheRead(scaled(rates.cacheRead()))
                .setCacheWrite(scaled(rates.cacheWrite()))
                .setCacheWrite1h(scaled(rates.cacheWriteHour()))
                .setOutput(scaled(rates.output()))
                .setReasoning(scaled(rates.reasoning()))
                .setAudioInput(scaled(rates.audioInput()))
                .setAudioOutput(scaled(rates.audioOutput()))
                .setImage(scaled(rates.image()))
                .setAudioSecond(scaled(rates.audioSecond()))
                .setQuery(scaled(rates.query()))
                .setGpuSecond(scaled(rates.gpuSecond()))
                .setAboveTokens(tier.above())
                .setServiceTier(tier.serviceTier())
                .setEffectiveFrom(price.effectiveFrom())
                .build();
    }

    private static BigDecimal scaled(BigDecimal price) {
        return price.setScale(PriceEntry.SCALE);
    }

    private static @Nullable BigDecimal negated(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.negate();
    }
}
