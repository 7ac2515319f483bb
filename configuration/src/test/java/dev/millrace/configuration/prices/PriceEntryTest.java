package dev.millrace.configuration.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PriceEntryTest {

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    @Test
    void the_sum_is_rounded_once_half_to_even_at_twelve_decimals() {
        PriceEntry thirds = entry("p", "m", "0.000000000001", JANUARY, 3);

        assertThat(cost(thirds, new TokenCounts(1, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000000000000"));
        assertThat(cost(thirds, new TokenCounts(2, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000000000001"));
        assertThat(cost(thirds, new TokenCounts(3_000_000, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000001000000"));
    }

    @Test
    void reasoning_costs_as_output_and_the_cache_saves() {
        PriceEntry entry =
                new PriceEntry(
                        "p",
                        "m",
                        Rates.of(
                                new BigDecimal("2"),
                                new BigDecimal("0.5"),
                                new BigDecimal("2.5"),
                                new BigDecimal("8")),
                        List.of(),
                        1_000_000,
                        "USD",
                        JANUARY,
                        "test");
        TokenCounts tokens = new TokenCounts(1_000_000, 1_000_000, 1_000_000, 500_000, 500_000);

        assertThat(cost(entry, tokens)).isEqualByComparingTo("13");
        assertThat(entry.saved(Quantities.of(tokens), entry.tier(0, null)))
                .isEqualByComparingTo("1");
    }

    @Test
    void the_entry_in_force_at_the_time_is_found() {
        PriceList prices =
                new PriceList(
                        List.of(
                                entry("p", "m", "1", JANUARY, 1),
                                entry("p", "m", "2", JUNE, 1),
                                entry("p", "*", "9", JANUARY, 1)),
                        List.of(entry("openai", "s", "3", JANUARY, 1)),
                        Map.of("p", "openai"));

        assertThat(input(prices, "m", JUNE.minusMillis(1))).isEqualTo("1");
        assertThat(input(prices, "m", JUNE)).isEqualTo("2");
        assertThat(input(prices, "other", JUNE)).isEqualTo("9");
        assertThat(prices.asOf("p", "m", JANUARY.minusMillis(1))).isEmpty();
        assertThat(prices.asOf("q", "m", JUNE)).isEmpty();
    }

    @Test
    void what_cannot_be_a_price_or_a_count_is_refused() {
        assertThatThrownBy(() -> entry("p", "m", "-1", JANUARY, 1))
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> entry("p", "m", "0.0000000000001", JANUARY, 1))
                .hasMessageContaining("12 decimals");
        assertThatThrownBy(() -> new TokenCounts(-1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenCounts(1L << 62, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_corrected_price_is_another_entry() {
        assertThat(entry("p", "m", "1", JANUARY, 1).id())
                .isNotEqualTo(entry("p", "m", "2", JANUARY, 1).id());
        assertThat(entry("p", "m", "1", JANUARY, 1).id())
                .isEqualTo(entry("p", "m", "1.0", JANUARY, 1).id());
    }

    @Test
    void the_highest_threshold_below_the_prompt_holds_and_the_attempts_own_service_tier_first() {
        PriceEntry entry =
                new PriceEntry(
                        "p",
                        "m",
                        all("1"),
                        List.of(
                                new PriceTier(200_000L, null, all("3")),
                                new PriceTier(100_000L, null, all("2")),
                                new PriceTier(null, "Flex", all("0.5")),
                                new PriceTier(100_000L, "flex", all("0.7"))),
                        1,
                        "USD",
                        JANUARY,
                        "test");

        assertThat(input(entry, 100_000, null)).isEqualTo("1");
        assertThat(input(entry, 100_001, null)).isEqualTo("2");
        assertThat(input(entry, 500_000, "default")).isEqualTo("3");
        assertThat(input(entry, 500_000, "priority")).isEqualTo("3");
        assertThat(input(entry, 5, "flex")).isEqualTo("0.5");
        assertThat(input(entry, 500_000, "FLEX")).isEqualTo("0.7");
    }

    @Test
    void what_is_priced_by_the_piece_or_by_the_second_is_added_before_the_rounding() {
        Rates rates =
                new GivenRates(
                                Map.of(
                                        RateKind.INPUT, BigDecimal.ONE,
                                        RateKind.IMAGE, new BigDecimal("0.002"),
                                        RateKind.AUDIO_SECOND, new BigDecimal("0.0001"),
                                        RateKind.QUERY, new BigDecimal("0.01"),
                                        RateKind.GPU_SECOND, new BigDecimal("0.0007")))
                        .complete();

        assertThat(rates.cost(new Quantities(new TokenCounts(1, 0, 0, 0, 0), 3, 1500, 1, 2001), 3))
                .isEqualByComparingTo("0.350884033333");
        assertThat(rates.cost(Quantities.of(TokenCounts.NONE), 3)).isZero();
    }

    @Test
    void what_a_list_does_not_say_costs_as_much_as_what_it_is_a_kind_of() {
        GivenRates base =
                new GivenRates(
                        Map.of(
                                RateKind.INPUT, BigDecimal.ONE,
                                RateKind.CACHE_READ, BigDecimal.ZERO,
                                RateKind.OUTPUT, BigDecimal.TWO));
        Rates tier = new GivenRates(Map.of(RateKind.INPUT, BigDecimal.TEN)).orElse(base).complete();

        assertThat(base.complete().reasoning()).isEqualTo("2");
        assertThat(base.complete().audioInput()).isEqualTo("1");
        assertThat(base.complete().cacheWriteHour()).isEqualTo("1");
        assertThat(tier.cacheRead()).isEqualTo("0");
        assertThat(tier.cacheWrite()).isEqualTo("10");
        assertThat(tier.output()).isEqualTo("2");
        assertThat(new GivenRates(Map.of(RateKind.OUTPUT, BigDecimal.ONE)).isPrice()).isFalse();
    }

    @Test
    void the_order_of_tiers_makes_no_other_entry_and_their_prices_do() {
        PriceTier one = new PriceTier(5L, null, all("2"));
        PriceTier other = new PriceTier(null, "flex", all("3"));

        assertThat(tiered(one, other).id()).isEqualTo(tiered(other, one).id());
        assertThat(tiered(one).id()).isNotEqualTo(tiered(other).id());
        assertThatThrownBy(() -> tiered(one, new PriceTier(5L, null, all("4"))))
                .hasMessageContaining("two tiers");
        assertThatThrownBy(() -> tiered(new PriceTier(null, null, all("4"))))
                .hasMessageContaining("a tier holds");
    }

    @Test
    void beside_the_document_stands_what_it_does_not_say_and_a_name_comes_before_its_kind() {
        PriceList document =
                new PriceList(
                        List.of(entry("p", "m", "1", JANUARY, 1)),
                        List.of(entry("openai", "m", "9", JANUARY, 1)),
                        Map.of("p", "openai", "q", "openai"));
        PriceList prices =
                document.beside(
                        List.of(
                                entry("p", "m", "2", JANUARY, 1),
                                entry("p", "m", "3", JUNE, 1),
                                entry("openai", "m", "4", JUNE, 1)));

        assertThat(input(prices, "m", JANUARY)).isEqualTo("1");
        assertThat(input(prices, "m", JUNE)).isEqualTo("3");
        assertThat(prices.asOf("q", "m", JUNE).orElseThrow().rates().input()).isEqualTo("4");
        assertThat(prices.asOf("q", "m", JANUARY).orElseThrow().rates().input()).isEqualTo("9");
        assertThat(prices.configured()).hasSize(3);
        assertThat(prices.beside(List.of()).configured()).hasSize(1);
    }

    private static PriceEntry tiered(PriceTier... tiers) {
        return new PriceEntry("p", "m", all("1"), List.of(tiers), 1, "USD", JANUARY, "test");
    }

    private static String input(PriceEntry entry, long prompt, @Nullable String serviceTier) {
        return entry.tier(prompt, serviceTier).rates().input().toPlainString();
    }

    private static Rates all(String price) {
        BigDecimal one = new BigDecimal(price);
        return Rates.of(one, one, one, one);
    }

    private static BigDecimal cost(PriceEntry entry, TokenCounts tokens) {
        return entry.cost(Quantities.of(tokens), entry.tier(tokens.prompt(), null));
    }

    private static String input(PriceList prices, String model, Instant time) {
        return prices.asOf("p", model, time).orElseThrow().rates().input().toPlainString();
    }

    private static PriceEntry entry(
            String provider, String model, String price, Instant from, long per) {
        BigDecimal one = new BigDecimal(price);
        return new PriceEntry(
                provider, model, Rates.of(one, one, one, one), List.of(), per, "USD", from, "test");
    }
}
