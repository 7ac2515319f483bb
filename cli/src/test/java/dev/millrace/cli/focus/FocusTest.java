package dev.millrace.cli.focus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FocusTest {

    private static final Instant ENDED = Instant.parse("2026-01-31T23:59:30Z");
    private static final Instant WRITTEN = ENDED.plusSeconds(1);

    @Test
    void a_row_for_each_kind_of_tokens_states_price_times_quantity() {
        List<Map<String, @Nullable Object>> rows =
                rows(charge(usage(1_000, 7, 0), price("0.15", "0.6", 1_000_000)).build());

        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst())
                .containsEntry("SkuMeter", "input_tokens")
                .containsEntry("SkuId", "openai/m/input_tokens")
                .containsEntry("SkuPriceId", "entry#input_tokens")
                .containsEntry("ListUnitPrice", new BigDecimal("0.150000000000"))
                .containsEntry("PricingQuantity", new BigDecimal("0.001000000000000000"))
                .containsEntry("PricingUnit", "1000000 Tokens")
                .containsEntry("ConsumedQuantity", new BigDecimal("1000.000"))
                .containsEntry("ConsumedUnit", "Tokens")
                .containsEntry("ListCost", new BigDecimal("0.000150000000000000"))
                .containsEntry("BilledCost", new BigDecimal("0.000150000000"))
                .containsEntry("EffectiveCost", new BigDecimal("0.000150000000"))
                .containsEntry("BillingCurrency", "USD")
                .containsEntry("ChargeCategory", "Usage")
                .containsEntry("ChargeClass", null)
                .containsEntry("ServiceCategory", "AI and Machine Learning")
                .containsEntry("ServiceName", "Chat completion")
                .containsEntry("SubAccountId", "acme")
                .containsEntry("Tags", "{\"a\":\"1\",\"b\":\"2\"}")
                .containsEntry("ChargePeriodStart", Instant.parse("2026-01-31T23:00:00Z"))
                .containsEntry("ChargePeriodEnd", Instant.parse("2026-02-01T00:00:00Z"))
                .containsEntry("BillingPeriodStart", Instant.parse("2026-01-01T00:00:00Z"))
                .containsEntry("BillingPeriodEnd", Instant.parse("2026-02-01T00:00:00Z"))
                .containsEntry("x_Lane", "interactive")
                .containsEntry("x_RoundingDifference", new BigDecimal("0.000000000000000000"));
        assertThat(rows.getLast()).containsEntry("SkuMeter", "output_tokens");
    }

    @Test
    void what_the_rows_bill_adds_up_to_the_amount_whatever_the_prices() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            Usage usage =
                    usage(random.nextLong(100_000), random.nextLong(5_000), random.nextLong(9));
            AppliedPrice price =
                    price(
                            BigDecimal.valueOf(random.nextLong(1L << 40), 12).toPlainString(),
                            BigDecimal.valueOf(random.nextLong(1L << 40), 12).toPlainString(),
                            List.of(1L, 3L, 7L, 1_000L, 1_000_000L).get(random.nextInt(5)));
            Charge charge = charge(usage, price).build();
            Charge reversal = reversal(charge).build();

            assertThat(billed(rows(charge))).isEqualByComparingTo(amount(charge));
            assertThat(billed(rows(reversal))).isEqualByComparingTo(amount(reversal));
            assertThat(rows(charge))
                    .noneMatch(row -> "Adjustment".equals(row.get("ChargeCategory")));
        }
    }

    @Test
    void the_exact_product_is_the_list_cost_and_rounding_goes_to_the_largest_row() {
        Charge charge =
                charge(usage(3, 1, 1), price("0.000000500000", "0.000000500000", 1_000_000))
                        .build();

        List<Map<String, @Nullable Object>> rows = rows(charge);

        assertThat(amount(charge)).isEqualByComparingTo("0.000000000002");
        assertThat(rows)
                .extracting(row -> row.get("BilledCost"))
                .containsExactly(
                        new BigDecimal("0.000000000002"),
                        new BigDecimal("0.000000000000"),
                        new BigDecimal("0.000000000000"));
        for (Map<String, @Nullable Object> row : rows) {
            assertThat(decimal(row, "ListUnitPrice").multiply(decimal(row, "PricingQuantity")))
                    .isEqualByComparingTo(decimal(row, "ListCost"));
            assertThat(decimal(row, "BilledCost").subtract(decimal(row, "ListCost")))
                    .isEqualTo(row.get("x_RoundingDifference"));
        }
    }

    @Test
    void an_unpriced_charge_has_rows_without_a_cost() {
        assertThat(rows(charge(usage(5, 2, 0), null).build()))
                .hasSize(2)
                .allSatisfy(row ->
                        assertThat(row)
                                .containsEntry("BilledCost", null)
                                .containsEntry("ListUnitPrice", null)
                                .containsEntry("BillingCurrency", null)
                                .containsEntry("PricingUnit", "Tokens"));
    }

    @Test
    void a_charge_for_nothing_is_a_row_of_nothing() {
        assertThat(rows(charge(usage(0, 0, 0), price("1", "1", 1)).build()))
                .singleElement()
                .satisfies(row ->
                        assertThat(row)
                                .containsEntry("ConsumedQuantity", new BigDecimal("0.000"))
                                .containsEntry("BilledCost", new BigDecimal("0.000000000000")));
    }

    @Test
    void a_correction_of_an_earlier_month_is_billed_when_it_is_made() {
        Charge charge = charge(usage(5, 0, 0), price("1", "1", 1)).build();
        Charge reversal = reversal(charge).build();

        assertThat(rows(reversal, WRITTEN).getFirst())
                .containsEntry("ChargeClass", null)
                .containsEntry("x_ChargeKind", "reversal")
                .containsEntry("x_Corrects", charge.getChargeId().toString())
                .containsEntry("BilledCost", new BigDecimal("-5.000000000000"))
                .containsEntry("PricingQuantity", new BigDecimal("-5.000000000000000000"))
                .containsEntry("ListUnitPrice", new BigDecimal("1.000000000000"));
        assertThat(rows(reversal, Instant.parse("2026-03-01T00:00:00Z")).getFirst())
                .containsEntry("ChargeClass", "Correction")
                .containsEntry("BillingPeriodStart", Instant.parse("2026-03-01T00:00:00Z"))
                .containsEntry("ChargePeriodStart", Instant.parse("2026-01-31T23:00:00Z"));
        // An ordinary charge that was written behind midnight belongs to the month of its end.
        assertThat(rows(charge, Instant.parse("2026-02-01T00:00:00Z")).getFirst())
                .containsEntry("ChargeClass", null)
                .containsEntry("BillingPeriodStart", Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void what_no_kind_accounts_for_is_an_adjustment_that_everyone_sees() {
        Charge charge =
                charge(usage(1, 0, 0), price("1", "1", 1))
                        .setAmount(new BigDecimal("3.000000000000"))
                        .build();

        assertThat(rows(charge))
                .hasSize(2)
                .last()
                .satisfies(row ->
                        assertThat(row)
                                .containsEntry("ChargeCategory", "Adjustment")
                                .containsEntry("BilledCost", new BigDecimal("2.000000000000"))
                                .containsEntry("SkuId", null));
    }

    @Test
    void every_kind_of_usage_in_the_schema_has_a_meter() {
        assertThat(Meter.ALL)
                .extracting(Meter::name)
                .containsExactlyInAnyOrderElementsOf(
                        Usage.getClassSchema().getFields().stream()
                                .map(Schema.Field::name)
                                .filter(name -> !name.equals("source"))
                                .map(name -> name.replace("_milliseconds", "_seconds"))
                                .toList());
    }

    @Test
    void pieces_and_seconds_are_rows_where_they_are_priced() {
        Usage usage =
                Usage.newBuilder(usage(1, 0, 2))
                        .setImages(3)
                        .setQueries(1)
                        .setComputeMilliseconds(1_500)
                        .build();
        AppliedPrice price =
                AppliedPrice.newBuilder(price("1", "4", 1_000))
                        .setReasoning(new BigDecimal("6.000000000000"))
                        .setImage(new BigDecimal("0.010000000000"))
                        .setQuery(new BigDecimal("0.000000000000"))
                        .setGpuSecond(new BigDecimal("0.000200000000"))
                        .build();
        Charge charge = charge(usage, price).setAmount(new BigDecimal("0.043300000000")).build();

        assertThat(rows(charge))
                .extracting(
                        row -> row.get("SkuMeter"),
                        row -> row.get("PricingUnit"),
                        row -> row.get("PricingQuantity"),
                        row -> row.get("BilledCost"))
                .containsExactly(
                        tuple("input_tokens", "1000 Tokens", exact("0.001"), amount("0.001")),
                        tuple("reasoning_tokens", "1000 Tokens", exact("0.002"), amount("0.012")),
                        tuple("images", "Images", exact("3"), amount("0.03")),
                        tuple("compute_seconds", "Seconds", exact("1.5"), amount("0.0003")));
        assertThat(rows(charge(usage, null).build()))
                .extracting(row -> row.get("SkuMeter"))
                .containsExactly("input_tokens", "reasoning_tokens");
    }

    private static BigDecimal exact(String quantity) {
        return new BigDecimal(quantity).setScale(18);
    }

    private static BigDecimal amount(String cost) {
        return new BigDecimal(cost).setScale(12);
    }

    private static List<Map<String, @Nullable Object>> rows(Charge charge) {
        return rows(charge, WRITTEN);
    }

    private static List<Map<String, @Nullable Object>> rows(Charge charge, Instant written) {
        List<Focus.Column> columns = Focus.columns();
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (List<@Nullable Object> cells : Focus.rows(charge, written, 0, 1, "millrace")) {
            Map<String, @Nullable Object> row = new HashMap<>();
            for (int i = 0; i < cells.size(); i++) {
                row.put(columns.get(i).name(), cells.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private static BigDecimal billed(List<Map<String, @Nullable Object>> rows) {
        return rows.stream()
                .map(row -> decimal(row, "BilledCost"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal decimal(Map<String, @Nullable Object> row, String column) {
        return (BigDecimal) Objects.requireNonNull(row.get(column), column);
    }

    private static BigDecimal amount(Charge charge) {
        return Objects.requireNonNull(charge.getAmount());
    }

    private static Usage usage(long input, long output, long reasoning) {
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setReasoningTokens(reasoning)
                .build();
    }

    private static AppliedPrice price(String input, String output, long per) {
        return AppliedPrice.newBuilder()
                .setEntryId("entry")
                .setCurrency("USD")
                .setPer(per)
                .setInput(new BigDecimal(input).setScale(12))
                .setCacheRead(new BigDecimal(input).setScale(12))
                .setCacheWrite(new BigDecimal(input).setScale(12))
                .setOutput(new BigDecimal(output).setScale(12))
                .setEffectiveFrom(Instant.EPOCH)
                .build();
    }

    private static Charge.Builder charge(Usage usage, @Nullable AppliedPrice price) {
        BigDecimal amount = null;
        if (price != null) {
            BigDecimal completion =
                    BigDecimal.valueOf(usage.getOutputTokens() + usage.getReasoningTokens());
            amount =
                    price.getInput()
                            .multiply(BigDecimal.valueOf(usage.getInputTokens()))
                            .add(price.getOutput().multiply(completion))
                            .divide(BigDecimal.valueOf(price.getPer()), 12, RoundingMode.HALF_EVEN);
        }
        return Charge.newBuilder()
                .setChargeId(UUID.randomUUID())
                .setKind(ChargeKind.CHARGE)
                .setAttemptId(UUID.randomUUID())
                .setRequestId(UUID.randomUUID())
                .setTenant("acme")
                .setLabels(Map.of("b", "2", "a", "1"))
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setAskedModel("m")
                .setRoute("by name")
                .setHop(0)
                .setOutcome(AttemptOutcome.COMPLETED)
                .setUsage(usage)
                .setPrice(price)
                .setAmount(amount)
                .setCurrency(price == null ? null : "USD")
                .setStartedAt(ENDED.minusSeconds(1))
                .setEndedAt(ENDED);
    }

    private static Charge.Builder reversal(Charge charge) {
        return Charge.newBuilder(charge)
                .setKind(ChargeKind.REVERSAL)
                .setCorrects(charge.getChargeId())
                .setAmount(amount(charge).negate());
    }
}
