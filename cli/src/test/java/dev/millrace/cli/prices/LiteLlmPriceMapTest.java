package dev.millrace.cli.prices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.prices.PriceEntry;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiteLlmPriceMapTest {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void every_price_of_the_map_has_its_place() throws Exception {
        Map<String, PriceEntry> entries = entries("openai", "bedrock");

        assertThat(entries.keySet())
                .containsExactlyInAnyOrder(
                        "openai/gpt-5.4-mini",
                        "openai/long-prompts",
                        "openai/prefixed",
                        "bedrock/us.amazon.nova-lite-v1:0");
        PriceEntry mini = Objects.requireNonNull(entries.get("openai/gpt-5.4-mini"));
        assertThat(mini.effectiveFrom()).isEqualTo(FROM);
        assertThat(mini.per()).isEqualTo(1_000_000);
        assertThat(mini.currency()).isEqualTo("USD");
        assertThat(input(mini, 1, null)).isEqualTo("0.75");
        assertThat(input(mini, 1, "flex")).isEqualTo("0.375");
        assertThat(plain(mini.tier(1, "flex").rates().cacheRead())).isEqualTo("0.0375");
        assertThat(plain(mini.tier(1, "batch").rates().output())).isEqualTo("2.25");
        assertThat(plain(mini.tier(1, "batch").rates().cacheRead())).isEqualTo("0.075");
        PriceEntry longer = Objects.requireNonNull(entries.get("openai/long-prompts"));
        assertThat(input(longer, 200_000, null)).isEqualTo("1.25");
        assertThat(input(longer, 200_001, null)).isEqualTo("2.5");
        assertThat(plain(longer.tier(200_001, null).rates().cacheRead())).isEqualTo("0.25");
        assertThat(plain(longer.tier(200_001, null).rates().output())).isEqualTo("10");
        assertThat(input(longer, 200_001, "priority")).isEqualTo("4.5");
        assertThat(plain(longer.rates().cacheWriteHour())).isEqualTo("3");
        assertThat(plain(longer.rates().reasoning())).isEqualTo("11");
        assertThat(plain(longer.rates().audioInput())).isEqualTo("2");
        assertThat(plain(longer.rates().image())).isEqualTo("0.0001315");
        assertThat(plain(longer.rates().audioSecond())).isEqualTo("0.00003");
        assertThat(plain(longer.rates().query())).isEqualTo("0.002");
    }

    @Test
    void what_has_no_counterpart_or_no_one_meaning_is_left_out_with_the_reason() throws Exception {
        assertThat(content("openai", "bedrock").skipped())
                .isEqualTo(
                        Map.of(
                                "mode image_generation", 1,
                                "has input_cost_per_character", 1,
                                "price of one region", 1,
                                "two entries with different prices", 1,
                                "no price", 1,
                                "no such provider is configured", 1));
        assertThat(entries("groq")).containsOnlyKeys("groq/llama-3.3-70b");
    }

    @Test
    void a_map_with_anything_wrong_is_refused_whole_with_the_lines() {
        assertThatThrownBy(() ->
                        read(
                                """
                                {
                                  "a": { "litellm_provider": "openai",
                                    "input_cost_per_token": -1e-06 },
                                  "b": { "litellm_provider": "openai", "input_cost_per_token": "1" },
                                  "c": 5,
                                  "d": { "litellm_provider": "openai", "input_cost_per_token": 1e-30 }
                                }
                                """))
                .isInstanceOfSatisfying(
                        UnreadablePrices.class,
                        refused ->
                                assertThat(refused.problems())
                                        .containsExactly(
                                                "line 3: a: input_cost_per_token: a price cannot be"
                                                        + " negative: -0.000001",
                                                "line 4: b: input_cost_per_token: expected a number",
                                                "line 5: c: expected an object of fields",
                                                "line 6: d: input_cost_per_token: a price with too"
                                                        + " many decimals: 0."
                                                        + "0".repeat(29)
                                                        + "1"));
        assertThatThrownBy(() -> read("{\n\"a\": {\n"))
                .hasMessageContaining("line 3: not valid JSON");
        assertThatThrownBy(() -> read("[]")).hasMessageContaining("line 1: expected a JSON object");
    }

    private static Map<String, PriceEntry> entries(String... providers) throws Exception {
        return content(providers).entries().stream()
                .collect(
                        Collectors.toMap(
                                entry -> entry.provider() + "/" + entry.model(), entry -> entry));
    }

    private static PriceFileContent content(String... providers) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(
                        LiteLlmPriceMapTest.class.getResourceAsStream("/prices/litellm.json"))) {
            return new LiteLlmPriceMap(Set.of(providers), FROM, "test")
                    .read(new String(in.readAllBytes(), UTF_8));
        }
    }

    private static PriceFileContent read(String json) throws UnreadablePrices {
        return new LiteLlmPriceMap(Set.of("openai"), FROM, "test").read(json);
    }

    private static String input(PriceEntry entry, long prompt, @Nullable String serviceTier) {
        return plain(entry.tier(prompt, serviceTier).rates().input());
    }

    private static String plain(BigDecimal price) {
        return price.toPlainString();
    }
}
