package dev.millrace.cli.focus;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A column of a FOCUS row.
///
/// @param name as FOCUS spells it; with `x_` where it is one of ours
/// @param type DuckDB's
/// @param value of a row
record FocusColumn(String name, String type, Function<FocusRow, @Nullable Object> value) {

    /// Every column, in the order of the cells.
    static final List<FocusColumn> ALL =
            List.of(
                    amount("BilledCost", row -> row.line().billedCost()),
                    amount("EffectiveCost", row -> row.line().billedCost()),
                    product("ListCost", row -> row.line().listCost()),
                    product("ContractedCost", row -> row.line().listCost()),
                    amount("ListUnitPrice", row -> row.line().unitPrice()),
                    amount("ContractedUnitPrice", row -> row.line().unitPrice()),
                    product("PricingQuantity", row -> row.line().pricingQuantity()),
                    text("PricingUnit", row -> row.line().pricingUnit()),
                    text(
                            "PricingCategory",
                            row -> row.line().unitPrice() == null ? null : "Standard"),
                    new FocusColumn(
                            "ConsumedQuantity",
                            "decimal(38, 3)",
                            row -> scaled(row.line().quantity(), 3)),
                    text("ConsumedUnit", row -> row.line().unit()),
                    text("BillingAccountId", FocusRow::billingAccount),
                    text("BillingAccountName", FocusRow::billingAccount),
                    text("BillingCurrency", row -> row.charge().getCurrency()),
                    time("BillingPeriodStart", row -> row.billingPeriod().toInstant()),
                    time("BillingPeriodEnd", row -> row.billingPeriod().plusMonths(1).toInstant()),
                    time("ChargePeriodStart", FocusRow::chargePeriod),
                    time("ChargePeriodEnd", row -> row.chargePeriod().plus(Duration.ofHours(1))),
                    text(
                            "ChargeCategory",
                            row -> row.line().kind() == null ? "Adjustment" : "Usage"),
                    text("ChargeClass", FocusRow::chargeClass),
                    text("ChargeDescription", FocusColumn::description),
                    text("ChargeFrequency", _ -> "Usage-Based"),
                    text("SubAccountId", row -> row.charge().getTenant()),
                    text("SubAccountName", row -> row.charge().getTenant()),
                    text("ProviderName", row -> row.charge().getProvider()),
                    text("PublisherName", row -> row.charge().getProvider()),
                    text("InvoiceIssuerName", row -> row.charge().getProvider()),
                    text("ServiceCategory", _ -> "AI and Machine Learning"),
                    text("ServiceSubcategory", _ -> "Generative AI"),
                    text("ServiceName", row -> words(row.charge().getOperation())),
                    text("ResourceId", row -> model(row.charge())),
                    text("ResourceName", row -> row.charge().getUpstreamModel()),
                    text("ResourceType", _ -> "Model"),
                    text("SkuId", FocusColumn::sku),
                    text("SkuMeter", row -> row.line().kind()),
                    text("SkuPriceId", FocusColumn::skuPrice),
                    text("Tags", row -> json(row.charge())),
                    text("x_ChargeId", row -> row.charge().getChargeId()),
                    text("x_ChargeKind", row -> symbol(row.charge().getKind())),
                    text("x_Corrects", row -> row.charge().getCorrects()),
                    text("x_AttemptId", row -> row.charge().getAttemptId()),
                    text("x_RequestId", row -> row.charge().getRequestId()),
                    text("x_BatchId", row -> row.charge().getBatchId()),
                    text("x_KeyId", row -> row.charge().getKeyId()),
                    text("x_Lane", row -> symbol(row.charge().getLane())),
                    text("x_Operation", row -> symbol(row.charge().getOperation())),
                    text("x_ServiceTier", row -> row.charge().getServiceTier()),
                    text("x_AskedModel", row -> row.charge().getAskedModel()),
                    text("x_Route", row -> row.charge().getRoute()),
                    text("x_Outcome", row -> symbol(row.charge().getOutcome())),
                    new FocusColumn("x_UsageEstimated", "boolean", FocusColumn::estimated),
                    product("x_RoundingDifference", row -> row.line().roundingDifference()),
                    time("x_StartedAt", row -> row.charge().getStartedAt()),
                    time("x_FirstTokenAt", row -> row.charge().getFirstTokenAt()),
                    time("x_EndedAt", row -> row.charge().getEndedAt()),
                    time("x_WrittenAt", FocusRow::writtenAt),
                    new FocusColumn("x_TopicPartition", "integer", FocusRow::partition),
                    new FocusColumn("x_TopicOffset", "bigint", FocusRow::offset));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static FocusColumn text(String name, Function<FocusRow, @Nullable Object> value) {
        return new FocusColumn(
                name,
                "varchar",
                row -> {
                    Object found = value.apply(row);
                    return found == null ? null : found.toString();
                });
    }

    private static FocusColumn time(String name, Function<FocusRow, @Nullable Object> value) {
        return new FocusColumn(name, "timestamptz", value);
    }

    private static FocusColumn amount(String name, Function<FocusRow, @Nullable BigDecimal> value) {
        return decimal(name, FocusLines.AMOUNT_SCALE, value);
    }

    private static FocusColumn product(
            String name, Function<FocusRow, @Nullable BigDecimal> value) {
        return decimal(name, FocusLines.PRODUCT_SCALE, value);
    }

    private static FocusColumn decimal(
            String name, int scale, Function<FocusRow, @Nullable BigDecimal> value) {
        return new FocusColumn(
                name, "decimal(38, " + scale + ")", row -> scaled(value.apply(row), scale));
    }

    private static @Nullable BigDecimal scaled(@Nullable BigDecimal decimal, int scale) {
        return decimal == null ? null : decimal.setScale(scale);
    }

    private static String description(FocusRow row) {
        String kind = row.line().kind();
        return (row.corrects() ? "Correction: " : "")
                + (kind == null ? "other usage" : kind.replace('_', ' '))
                + " of "
                + model(row.charge());
    }

    private static String model(Charge charge) {
        return charge.getProvider() + "/" + charge.getUpstreamModel();
    }

    private static @Nullable String sku(FocusRow row) {
        return row.line().kind() == null ? null : model(row.charge()) + "/" + row.line().kind();
    }

    private static @Nullable String skuPrice(FocusRow row) {
        AppliedPrice price = row.charge().getPrice();
        return row.line().unitPrice() == null || price == null
                ? null
                : price.getEntryId() + "#" + row.line().kind();
    }

    private static boolean estimated(FocusRow row) {
        return row.charge().getUsage().getSource() == UsageSource.ESTIMATED;
    }

    private static String json(Charge charge) {
        return JSON.writeValueAsString(new TreeMap<>(charge.getLabels()));
    }

    private static String symbol(Enum<?> symbol) {
        return symbol.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Enum<?> symbol) {
        String words = symbol.name().replace('_', ' ').toLowerCase(Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
