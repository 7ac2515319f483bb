package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CostsCommandTest {

    private static final String[] BY_TENANT = {"costs", "--by", "tenant"};
    private static final String LAST = line("beta", "2026-01-04", "7");
    private static final String DAYS =
            "{\"object\":\"list\",\"data\":["
                    + String.join(
                            ",",
                            line("acme", "2026-01-01", "2"),
                            line("acme", "2026-01-03", "0.3"),
                            line("acme", "2026-01-04", "1"),
                            LAST)
                    + "]}";

    @AutoClose private final FakeGateway gateway = FakeGateway.start();

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

    @Test
    void on_a_terminal_each_group_has_its_buckets_as_bars() throws Exception {
        gateway.answer("/v1/costs", 200, "application/json", DAYS);

        Shell.Ran ran = Shell.talkingTo(gateway).with("NO_COLOR", "1").onTerminal().run(BY_TENANT);

        assertThat(ran.out())
                .endsWith(
                        """

                        TENANT  CURRENCY  TREND
                        acme    USD       █·▂▅
                        beta    USD       ···█
                        """);
        assertThat(Shell.talkingTo(gateway).run(BY_TENANT).out()).doesNotContain("TREND");
    }

    @Test
    void one_bucket_is_no_trend() throws Exception {
        gateway.answer(
                "/v1/costs",
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[" + LAST + "]}");

        assertThat(Shell.talkingTo(gateway).onTerminal().run(BY_TENANT).out())
                .doesNotContain("TREND");
    }

    @Test
    void the_newest_buckets_are_shown_where_there_are_many() {
        StringBuilder hours = new StringBuilder();
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i <= CostTrend.MOST_BUCKETS; i++) {
            hours.append(i == 0 ? "" : ",")
                    .append("{\"tenant\":\"acme\",\"cost\":\"")
                    .append(i == 0 ? 1000 : 1)
                    .append("\",\"currency\":\"USD\",\"bucket\":\"")
                    .append(first.plus(Duration.ofHours(i)))
                    .append("\"}");
        }
        gateway.answer(
                "/v1/costs",
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[" + hours + "]}");

        assertThat(
                        Shell.talkingTo(gateway)
                                .with("NO_COLOR", "1")
                                .onTerminal()
                                .run("costs", "--by", "tenant", "--bucket", "hour")
                                .out())
                .endsWith("acme    USD       " + "█".repeat(CostTrend.MOST_BUCKETS) + "\n");
    }

    @Test
    void watching_shows_the_table_again_until_it_is_interrupted() {
        gateway.answer("/v1/costs", 200, "application/json", DAYS);
        List<Duration> pauses = new ArrayList<>();
        Shell shell = Shell.talkingTo(gateway);

        int exitCode =
                new CommandLine(
                                new CostsCommand(
                                        shell.surroundings(),
                                        pause -> {
                                            pauses.add(pause);
                                            switch (pauses.size()) {
                                                case 1 -> {}
                                                case 2 -> gateway.close();
                                                default -> throw new InterruptedException();
                                            }
                                        }))
                        .setExecutionExceptionHandler(new FailureLines(shell.surroundings()))
                        .execute("--watch=5", "--by=tenant");

        assertThat(exitCode).isEqualTo(1);
        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(shell.outSoFar().split("DAY  ", -1)).as("tables").hasSize(3);
        assertThat(shell.errSoFar()).contains("cannot reach").endsWith("millrace: interrupted\n");
    }

    @Test
    void only_tables_can_be_watched() {
        assertThat(Shell.talkingTo(gateway).run("costs", "--watch", "--csv").exitCode())
                .isEqualTo(2);
        assertThat(Shell.talkingTo(gateway).run("costs", "--watch=0").exitCode()).isEqualTo(2);
    }

    private static String line(String tenant, String day, String cost) {
        return "{\"tenant\":\"%s\",\"bucket\":\"%sT00:00:00Z\",\"cost\":\"%s\",\"currency\":\"USD\"}"
                .formatted(tenant, day, cost);
    }
}
