package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CostsCommandTest {

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = FakeGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void costs_are_exact_aligned_and_never_0_for_want_of_a_price() throws Exception {
        gateway.answer("/v1/costs", 200, "application/json", FakeGateway.golden("costs.json"));

        Shell.Ran ran =
                Shell.talkingTo(gateway).run("costs", "--by", "tenant,model", "--since", "7d");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .isEqualTo(
                        """
                        DAY         TENANT  MODEL                  COST  CURRENCY  REQUESTS  ATTEMPTS  FAILED  UNPRICED  ESTIMATED  INPUT  OUTPUT
                        2026-01-30  acme    gpt-4o-mini  1.500000000000  USD             10        11       1         0          2   1000     500
                        2026-01-31  acme    house-model        unpriced                   3         3       0         3          0     30      15
                        2026-01-31  beta    gpt-4o-mini  0.000000000001  USD              1         1       0         0          0      7       5
                        -------------------------------------------------------------------------------------------------------------------------
                        total                            1.500000000001  USD             11        12       1         0          2   1007     505
                        total                                  unpriced                   3         3       0         3          0     30      15
                        """);
        assertThat(ran.err())
                .isEqualTo(
                        "3 calls have no known price; no sum includes them\n"
                                + "2 calls have estimated usage\n");
        assertThat(gateway.only().target())
                .isEqualTo(
                        "/v1/costs?bucket=day&group_by=tenant,model&since=2026-01-24T12%3A00%3A00Z");
    }

    @Test
    void a_label_is_a_dimension_and_latencies_are_shown_where_they_are_known() {
        gateway.answer(
                "/v1/costs",
                200,
                "application/json",
                """
                {"object":"list","data":[
                 {"label:team":"search","bucket":"2026-01-30T00:00:00Z","cost":"1.5","currency":"USD",
                  "requests":2,"attempts":2,"input_tokens":10,"output_tokens":5,"images":4,
                  "latency_ms":{"p50":415,"p95":2047,"p99":2047}}]}
                """);

        Shell.Ran ran =
                Shell.talkingTo(gateway).run("costs", "--by", "label:team", "--latency", "-q");

        assertThat(ran.out())
                .isEqualTo(
                        """
                        DAY         team    COST  CURRENCY  REQUESTS  ATTEMPTS  INPUT  OUTPUT  IMAGES  P50-MS  P95-MS  P99-MS  FIRST-P50  FIRST-P95  FIRST-P99
                        2026-01-30  search  1.50  USD              2         2     10       5       4     415    2047    2047
                        --------------------------------------------------------------------------------------------------------------------------------------
                        total               1.50  USD              2         2     10       5       4
                        """);
        assertThat(gateway.only().target()).isEqualTo("/v1/costs?bucket=day&group_by=label%3Ateam");
    }

    @Test
    void the_times_and_the_bucket_travel_in_the_query() throws Exception {
        gateway.answer("/v1/costs", 200, "application/json", FakeGateway.golden("costs.json"));

        Shell.talkingTo(gateway)
                .run(
                        "costs",
                        "--bucket=month",
                        "--since=2026-01-01",
                        "--until=2026-01-31T12:00:00+02:00");

        assertThat(gateway.only().target())
                .isEqualTo(
                        "/v1/costs?bucket=month&since=2026-01-01T00%3A00%3A00Z"
                                + "&until=2026-01-31T10%3A00%3A00Z");
    }

    @Test
    void csv_is_asked_for_and_passed_on() {
        gateway.answer("/v1/costs", 200, "text/csv", "bucket,cost\r\n2026-01-30T00:00:00Z,1.5\r\n");

        Shell.Ran ran = Shell.talkingTo(gateway).run("costs", "--csv");

        assertThat(ran.out()).isEqualTo("bucket,cost\r\n2026-01-30T00:00:00Z,1.5\r\n");
        assertThat(gateway.only().header("Accept")).isEqualTo("text/csv");
    }

    @Test
    void json_is_passed_on_with_its_nulls() throws Exception {
        String golden = FakeGateway.golden("costs.json");
        gateway.answer("/v1/costs", 200, "application/json", golden);

        assertThat(Shell.talkingTo(gateway).run("costs", "--json").out()).isEqualTo(golden);
    }

    @Test
    void nothing_spent_is_said_in_words() {
        gateway.answer("/v1/costs", 200, "application/json", "{\"object\":\"list\",\"data\":[]}");

        assertThat(Shell.talkingTo(gateway).run("costs"))
                .isEqualTo(new Shell.Ran(0, "", "Nothing was spent in this time.\n"));
        assertThat(Shell.talkingTo(gateway).run("costs", "-q")).isEqualTo(new Shell.Ran(0, "", ""));
    }

    @Test
    void wrong_words_are_told_before_anything_is_asked() {
        assertThat(Shell.talkingTo(gateway).run("costs", "--by", "team"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err()).contains("--by", "team"));
        assertThat(Shell.talkingTo(gateway).run("costs", "--since", "yesterday"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err()).contains("--since", "'yesterday'"));
        assertThat(Shell.talkingTo(gateway).run("costs", "--csv", "--json"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
                .satisfies(ran -> assertThat(ran.err()).contains("exclude each other"));
    }
}
