package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GaugesTest {

    @Test
    void labels_may_hold_anything_and_a_time_may_follow() {
        Gauges gauges =
                read(
                        """
                        a{model="x} 7 \\" {",engine="0"} 1.5e1 1763700000000
                        a { engine = "1" } 2
                        a_total 40
                        """);

        assertThat(gauges.sum("a")).isEqualTo(17);
        assertThat(gauges.sum("a_total")).isEqualTo(40);
    }

    @Test
    void what_is_no_number_is_no_sample() {
        Gauges gauges = read("a NaN\na{b=\"c\"} +Inf\na{b=\"open 3\na\n# a 3\n\na three\n");

        assertThat(gauges.sum("a")).isNull();
    }

    @Test
    void a_share_is_between_nothing_and_all() {
        Gauges gauges = read("a{engine=\"0\"} 0.25\na{engine=\"1\"} 0.75\nb 81\nc -0.5\n");

        assertThat(gauges.largestShare("a")).isEqualTo(0.75);
        assertThat(gauges.largestShare("b")).isNull();
        assertThat(gauges.largestShare("c")).isNull();
        assertThat(gauges.sum("c")).isNull();
        assertThat(gauges.largestShare("d")).isNull();
    }

    private static Gauges read(String text) {
        return Gauges.read(text.getBytes(UTF_8));
    }
}
