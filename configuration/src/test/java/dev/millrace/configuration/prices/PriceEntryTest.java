package dev.millrace.configuration.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PriceEntryTest {

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

    @Test
    void the_sum_is_rounded_once_half_to_even_at_twelve_decimals() {
        PriceEntry thirds = entry("p", "m", "0.000000000001", JANUARY, 3);

        assertThat(thirds.cost(new TokenCounts(1, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000000000000"));
        assertThat(thirds.cost(new TokenCounts(2, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000000000001"));
        assertThat(thirds.cost(new TokenCounts(3_000_000, 0, 0, 0, 0)))
                .isEqualTo(new BigDecimal("0.000001000000"));
    }

    @Test
    void reasoning_costs_as_output_and_the_cache_saves() {
        PriceEntry entry =
                new PriceEntry(
                        "p",
                        "m",
                        new BigDecimal("2"),
                        new BigDecimal("0.5"),
                        new BigDecimal("2.5"),
                        new BigDecimal("8"),
                        1_000_000,
                        "USD",
                        JANUARY,
                        "test");
        TokenCounts tokens = new TokenCounts(1_000_000, 1_000_000, 1_000_000, 500_000, 500_000);

        assertThat(entry.cost(tokens)).isEqualByComparingTo("13");
        assertThat(entry.saved(tokens)).isEqualByComparingTo("1");
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

    private static String input(PriceList prices, String model, Instant time) {
        return prices.asOf("p", model, time).orElseThrow().input().toPlainString();
    }

    private static PriceEntry entry(
            String provider, String model, String price, Instant from, long per) {
        BigDecimal one = new BigDecimal(price);
        return new PriceEntry(provider, model, one, one, one, one, per, "USD", from, "test");
    }
}
