package dev.millrace.ingress.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Terms.Defaults DEFAULTS =
            new Terms.Defaults(
                    Duration.ofMinutes(5), false, Duration.ofHours(1), Duration.ofDays(6));

    @Test
    void without_headers_the_defaults_hold() throws Refused {
        Terms terms = read(null, null, null);

        assertThat(terms)
                .isEqualTo(
                        new Terms(NOW.plusSeconds(300), false, Map.of(), null, false, null, false));
    }

    @Test
    void the_deadline_counts_from_the_arrival_up_to_the_longest() throws Refused {
        assertThat(read("1500", null, null).deadline()).isEqualTo(NOW.plusMillis(1500));
        assertThat(read("3600000", null, null).deadline()).isEqualTo(NOW.plusSeconds(3600));
        assertThatThrownBy(() -> read("3600001", null, null)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> read("0", null, null)).isInstanceOf(Refused.class);
    }

    @Test
    void labels_are_names_and_values() throws Refused {
        assertThat(read(null, null, "a=1, b = two words ,c=").labels())
                .isEqualTo(Map.of("a", "1", "b", "two words", "c", ""));
        assertThat(read(null, null, " ").labels()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "=1", "a=1,,b=2", "a b=1", "a=1,a=2", "ä=1", "a=\u00e4"})
    void labels_that_are_none_are_refused(String header) {
        assertThatThrownBy(() -> read(null, null, header)).isInstanceOf(Refused.class);
    }

    @Test
    void labels_are_bounded_in_number_and_length() {
        StringBuilder many = new StringBuilder("l0=x");
        for (int i = 1; i <= 16; i++) {
            many.append(",l").append(i).append("=x");
        }

        assertThatThrownBy(() -> read(null, null, many.toString())).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> read(null, null, "a=" + "x".repeat(257)))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> read(null, null, "a".repeat(65) + "=x"))
                .isInstanceOf(Refused.class);
    }

    @Test
    void only_a_well_formed_trace_is_passed_on() throws Refused {
        String good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        assertThat(trace(good).traceparent()).isEqualTo(good);
        assertThat(trace("00-nonsense").traceparent()).isNull();
    }

    @Test
    void other_preferences_than_an_asynchronous_answer_are_passed_over() throws Refused {
        assertThat(kept("return=minimal, wait=5", null, null).async()).isFalse();
        assertThat(kept("wait=5; Respond-Async", null, null).async()).isTrue();
    }

    @Test
    void an_asynchronous_request_may_have_a_longer_deadline() throws Refused {
        String days = Long.toString(Duration.ofDays(6).toMillis());

        assertThat(kept("respond-async", null, days).deadline())
                .isEqualTo(NOW.plus(Duration.ofDays(6)));
        assertThatThrownBy(() -> kept(null, null, days)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> kept("respond-async", null, days + "0"))
                .isInstanceOf(Refused.class);
    }

    @Test
    void an_idempotency_key_is_printable_and_not_too_long() throws Refused {
        assertThat(kept(null, " order-47 ", null).idempotencyKey()).isEqualTo("order-47");
        for (String bad : List.of("", "a b", "ä", "x".repeat(256))) {
            assertThatThrownBy(() -> kept(null, bad, null)).as(bad).isInstanceOf(Refused.class);
        }
    }

    private static Terms kept(
            @Nullable String prefer, @Nullable String key, @Nullable String deadline)
            throws Refused {
        return Terms.read(
                new RequestHeaders(deadline, null, null, prefer, key, null, null), DEFAULTS, NOW);
    }

    private static Terms read(
            @Nullable String deadline, @Nullable String lane, @Nullable String labels)
            throws Refused {
        return Terms.read(
                new RequestHeaders(deadline, lane, labels, null, null, null, null), DEFAULTS, NOW);
    }

    private static Terms trace(String traceparent) throws Refused {
        return Terms.read(
                new RequestHeaders(null, null, null, null, null, traceparent, null), DEFAULTS, NOW);
    }
}
