package dev.millrace.ingress.costs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.intake.Refused;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostQueryTest {

    private static final CostRow.Counts ONE = new CostRow.Counts(1, 1, 0, 0, 0, 1, 1, 1, 1, 1);

    @Test
    void a_tenant_sees_only_its_own() throws Refused {
        List<CostLine> lines =
                CostQuery.read(Map.of("group_by", List.of("tenant")), "acme")
                        .answer(
                                List.of(
                                        row("2026-03-01T00:00:00Z", "acme", "1", "USD"),
                                        row("2026-03-01T00:00:00Z", "other", "2", "USD")));

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().group().values()).containsExactly("acme");
    }

    @Test
    void without_groups_everything_of_a_bucket_and_a_currency_adds_up() throws Refused {
        List<CostLine> lines =
                CostQuery.read(Map.of(), null)
                        .answer(
                                List.of(
                                        row("2026-03-01T00:00:00Z", "a", "0.000000000001", "USD"),
                                        row("2026-03-01T00:00:00Z", "b", "1.1", "USD"),
                                        row("2026-03-01T00:00:00Z", "b", "-0.1", "USD"),
                                        row("2026-03-02T00:00:00Z", "b", null, null)));

        assertThat(lines.stream().map(CostLine::plainAmount))
                .containsExactly("1.000000000001", null);
        assertThat(lines.getFirst().counts().attempts()).isEqualTo(3);
    }

    @Test
    void a_group_of_which_everything_was_taken_back_is_left_out() throws Refused {
        CostRow moved =
                new CostRow(
                        Instant.parse("2026-03-01T00:00:00Z"),
                        "a",
                        null,
                        "p",
                        "m",
                        "interactive",
                        null,
                        null,
                        CostRow.Counts.NONE);

        assertThat(
                        CostQuery.read(Map.of(), null)
                                .answer(
                                        List.of(
                                                moved,
                                                row("2026-03-01T00:00:00Z", "a", "1", "USD"))))
                .extracting(line -> line.group().currency())
                .containsExactly("USD");
    }

    @Test
    void a_bucket_that_since_lies_in_counts_as_a_whole() throws Refused {
        CostQuery query =
                CostQuery.read(
                        Map.of(
                                "since", List.of("2026-02-15"),
                                "until", List.of("2026-03-01T00:00:00Z"),
                                "bucket", List.of("month")),
                        null);

        assertThat(
                        query.answer(
                                List.of(
                                        row("2026-01-01T00:00:00Z", "a", "1", "USD"),
                                        row("2026-02-01T00:00:00Z", "a", "2", "USD"),
                                        row("2026-03-01T00:00:00Z", "a", "3", "USD"))))
                .extracting(CostLine::plainAmount)
                .containsExactly("2");
    }

    @Test
    void amounts_are_plain() {
        assertThat(CostLine.plain(new BigDecimal("0E-12"))).isEqualTo("0");
        assertThat(CostLine.plain(new BigDecimal("0.000000000001"))).isEqualTo("0.000000000001");
        assertThat(CostLine.plain(new BigDecimal("1200.000000000000"))).isEqualTo("1200");
    }

    private static CostRow row(
            String bucket, String tenant, @Nullable String amount, @Nullable String currency) {
        return new CostRow(
                Instant.parse(bucket),
                tenant,
                null,
                "p",
                "m",
                "interactive",
                amount == null ? null : new BigDecimal(amount),
                currency,
                ONE);
    }
}
