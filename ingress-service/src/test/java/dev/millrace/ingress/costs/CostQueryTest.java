package dev.millrace.ingress.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ingress.intake.Refused;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostQueryTest {

    private static final Counts ONE = Counts.of(_ -> 1);

    @Test
    void a_tenant_sees_only_its_own() throws Refused {
        List<CostLine> lines =
                CostQuery.read(Map.of("group_by", List.of("tenant")), "acme")
                        .answer(
                                source(
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
                                source(
                                        row("2026-03-01T00:00:00Z", "a", "0.000000000001", "USD"),
                                        row("2026-03-01T00:00:00Z", "b", "1.1", "USD"),
                                        row("2026-03-01T00:00:00Z", "b", "-0.1", "USD"),
                                        row("2026-03-02T00:00:00Z", "b", null, null)));

        assertThat(lines.stream().map(CostLine::plainAmount))
                .containsExactly("1.000000000001", null);
        assertThat(lines.getFirst().sums().counts().of(Count.ATTEMPTS)).isEqualTo(3);
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
                        new CostRow.Sums(null, null, Counts.NONE, Latencies.NONE, Latencies.NONE));

        assertThat(
                        CostQuery.read(Map.of(), null)
                                .answer(
                                        source(
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
                                source(
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

    @Test
    void costs_by_label_are_asked_for_as_far_back_as_they_are_kept() throws Refused {
        Instant dropped = Instant.parse("2026-02-10T00:00:00Z");
        CostSource source =
                new CostSource() {
                    @Override
                    public Optional<Collection<CostRow>> totals(Bucket bucket) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<LabelledCosts> labelled(Bucket bucket) {
                        return Optional.of(new LabelledCosts(List.of(), dropped));
                    }
                };

        assertThat(labelled("2026-02-11").answer(source)).isEmpty();
        assertThatThrownBy(() -> labelled("2026-02-10").answer(source))
                .hasMessageContaining("later than 2026-02-10T00:00:00Z");
    }

    @Test
    void percentiles_are_of_all_attempts_whatever_their_group() {
        Latencies quick = Latencies.of(new TreeMap<>(Map.of(10L, 90L)));
        Latencies slow = Latencies.of(new TreeMap<>(Map.of(500L, 9L, 9_000L, 1L, 77L, -1L)));

        Latencies all = quick.plus(slow);

        assertThat(all.percentile(50)).isEqualTo(10);
        assertThat(all.percentile(90)).isEqualTo(10);
        assertThat(all.percentile(95)).isEqualTo(500);
        assertThat(all.percentile(99)).isEqualTo(500);
        assertThat(all.percentile(100)).isEqualTo(9_000);
    }

    private static CostQuery labelled(String since) throws Refused {
        return CostQuery.read(
                Map.of("group_by", List.of("label:team"), "since", List.of(since)), null);
    }

    private static CostSource source(CostRow... rows) {
        return new CostSource() {
            @Override
            public Optional<Collection<CostRow>> totals(Bucket bucket) {
                return Optional.of(List.of(rows));
            }

            @Override
            public Optional<LabelledCosts> labelled(Bucket bucket) {
                return Optional.empty();
            }
        };
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
                null,
                currency,
                new CostRow.Sums(
                        amount == null ? null : new BigDecimal(amount),
                        null,
                        ONE,
                        Latencies.NONE,
                        Latencies.NONE));
    }
}
