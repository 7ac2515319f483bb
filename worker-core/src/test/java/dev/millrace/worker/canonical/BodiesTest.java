package dev.millrace.worker.canonical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BodiesTest {

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "0", "-1E+5", "12345678901234567890.5", "1e-900", "1e900"})
    void numbers_stay_as_they_are(String number) {
        JsonNode tree = Objects.requireNonNull(Bodies.tree("[" + number + "]"));

        assertThat(tree.get(0).decimalValue()).isEqualByComparingTo(number);
        assertThat(Bodies.tree(Bodies.bytes(tree))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999999", "1e600000000", "-1e-600000000", "1e1000"})
    void what_holds_a_number_out_of_range_does_not_count_as_json(String number) {
        assertThat(Bodies.tree("{\"n\":[" + number + "]}")).isNull();
        assertThat(Bodies.tree(("{\"n\":" + number + "}").getBytes(UTF_8))).isNull();
        assertThatThrownBy(() -> Bodies.object("{\"n\":%s}".formatted(number).getBytes(UTF_8)))
                .isInstanceOf(Unmappable.class);
    }

    @Test
    void one_value_is_a_body_and_nothing_follows_it() {
        assertThat(Bodies.tree("{} {}")).isNull();
        assertThat(Bodies.tree("{} ")).isEqualTo(Bodies.tree("{}"));
        assertThat(Bodies.tree("")).isNull();
        assertThat(Bodies.tree(new byte[] {0, 0, (byte) 0xff, (byte) 0xfe})).isNull();
    }
}
