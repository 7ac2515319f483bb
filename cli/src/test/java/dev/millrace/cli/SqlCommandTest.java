package dev.millrace.cli;

import static dev.millrace.cli.ChargeLog.ENDED;
import static dev.millrace.cli.ChargeLog.TOPICS;
import static dev.millrace.cli.ChargeLog.price;
import static dev.millrace.cli.ChargeLog.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.LatencyBucket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ChargeLog.Shared.class)
class SqlCommandTest {

    private final ChargeLog log;

    @TempDir private Path folder;

    SqlCommandTest(ChargeLog log) {
        this.log = log;
    }

    @Test
    void a_charge_is_a_row_with_the_fields_of_its_schema() throws Exception {
        Charge charge =
                ChargeLog.charge("row", usage(1_000, 7), price("0.15", "0.600000000001")).build();
        log.write(charge);

        String out =
                json(
                        "select charge_id, kind, labels, lane, operation, outcome, hop, corrects,"
                                + " usage_input_tokens, usage_source, price_per, price_output,"
                                + " amount, saved_amount, started_at, ended_at, counts_request,"
                                + " topic_partition >= 0 as placed, written_at > '2026-01-01' as"
                                + " stamped from charges where tenant = 'row'");

        assertThat(out)
                .isEqualTo(
                        "[\n{\"charge_id\":\""
                                + charge.getChargeId()
                                + "\",\"kind\":\"charge\",\"labels\":{\"app\":\"a|b\",\"team\":\"blue\"},"
                                + "\"lane\":\"batch\",\"operation\":\"chat_completion\","
                                + "\"outcome\":\"completed\",\"hop\":0,\"corrects\":null,"
                                + "\"usage_input_tokens\":1000,\"usage_source\":\"provider\","
                                + "\"price_per\":1000000,\"price_output\":\"0.600000000001\","
                                + "\"amount\":\"0.0001542\",\"saved_amount\":null,"
                                + "\"started_at\":\"2026-01-31T10:20:28.956Z\","
                                + "\"ended_at\":\"2026-01-31T10:20:30.456Z\","
                                + "\"counts_request\":true,\"placed\":true,\"stamped\":true}\n]\n");
    }

    @Test
    void every_field_of_the_schemas_is_a_column() {
        assertThat(
                        log.run("sql", "--csv", "select column_name from (describe charges)")
                                .out()
                                .lines())
                .containsAll(
                        Charge.getClassSchema().getFields().stream()
                                .map(Schema.Field::name)
                                .filter(name -> !List.of("usage", "price").contains(name))
                                .toList())
                .contains("usage_reasoning_tokens", "price_entry_id", "written_at");
    }

    @Test
    void an_unpriced_charge_is_null_in_every_format() throws Exception {
        log.write(ChargeLog.charge("unpriced", usage(1, 1), null).build());
        String query = "select amount, labels from charges where tenant = 'unpriced'";

        assertThat(log.run("sql", query).out())
                .isEqualTo("amount  labels\n  null  {\"app\":\"a|b\",\"team\":\"blue\"}\n");
        assertThat(log.run("sql", "--csv", query).out())
                .isEqualTo(
                        "amount,labels\r\n,\"{\"\"app\"\":\"\"a|b\"\",\"\"team\"\":\"\"blue\"\"}\"\r\n");
        assertThat(log.run("sql", "--format", "markdown", query).out())
                .isEqualTo(
                        "| amount | labels |\n| ---: | --- |\n"
                                + "| null | {\"app\":\"a\\|b\",\"team\":\"blue\"} |\n");
        assertThat(json(query)).contains("\"amount\":null");
    }

    @Test
    void net_charges_leave_out_what_was_taken_back_and_add_up_to_the_same() throws Exception {
        Charge wrong = ChargeLog.charge("net", usage(10, 0), price("1", "1")).build();
        Charge right =
                ChargeLog.charge("net", usage(10, 0), price("2", "1"))
                        .setCorrects(wrong.getChargeId())
                        .build();
        log.write(wrong, ChargeLog.reversal(wrong).build(), right);

        assertThat(
                        log.run(
                                        "sql",
                                        "--csv",
                                        "select count(*), sum(amount) from charges where tenant ="
                                                + " 'net' union all select count(*), sum(amount)"
                                                + " from net_charges where tenant = 'net'")
                                .out()
                                .lines()
                                .skip(1))
                .containsExactly("3,0.00002", "1,0.00002");
    }

    @Test
    void sums_are_the_newest_of_each_key_without_what_was_deleted() throws Exception {
        Instant hour = Instant.parse("2026-01-31T10:00:00Z");
        log.write(TOPICS.hourlyCosts(), "kept", ChargeLog.cost("sums", hour, "1", 1));
        log.write(TOPICS.hourlyCosts(), "kept", ChargeLog.cost("sums", hour, "2.5", 2));
        log.write(TOPICS.hourlyCosts(), "gone", ChargeLog.cost("sums", hour, "7", 1));
        log.write(TOPICS.hourlyCosts(), "gone", null);

        assertThat(
                        log.run(
                                        "sql",
                                        "--csv",
                                        "select bucket_start, granularity, amount, attempts from"
                                                + " costs_hourly where tenant = 'sums'")
                                .out())
                .isEqualTo(
                        "bucket_start,granularity,amount,attempts\r\n"
                                + "2026-01-31T10:00:00Z,hour,2.5,2\r\n");
    }

    @Test
    void sums_by_label_are_a_table_of_their_own() throws Exception {
        log.write(
                TOPICS.labelCosts(),
                "label",
                Cost.newBuilder(ChargeLog.cost("labelled", Instant.EPOCH, "1", 1))
                        .setLabelName("team")
                        .setLabelValue("blue")
                        .build());

        assertThat(
                        log.run(
                                        "sql",
                                        "--csv",
                                        "select label_name, label_value, amount from costs_labels"
                                                + " where tenant = 'labelled'")
                                .out()
                                .lines()
                                .skip(1))
                .containsExactly("team,blue,1");
    }

    @Test
    void a_list_of_records_is_json() throws Exception {
        log.write(
                TOPICS.dailyCosts(),
                "steps",
                Cost.newBuilder(ChargeLog.cost("steps", Instant.EPOCH, "1", 1))
                        .setLatency(
                                List.of(
                                        LatencyBucket.newBuilder()
                                                .setUpToMs(250)
                                                .setAttempts(3)
                                                .build()))
                        .build());

        assertThat(
                        log.run(
                                        "sql",
                                        "--csv",
                                        "select latency->0->>'up_to_ms' as ms, latency, first_token"
                                                + " from costs_daily where tenant = 'steps'")
                                .out()
                                .lines()
                                .skip(1))
                .containsExactly("250,\"[{\"\"up_to_ms\"\": 250, \"\"attempts\"\": 3}]\",[]");
    }

    @Test
    void since_leaves_out_what_ended_before() throws Exception {
        log.write(
                ChargeLog.charge("since", usage(1, 0), price("1", "1")).build(),
                ChargeLog.charge("since", usage(2, 0), price("1", "1"))
                        .setEndedAt(ENDED.minus(Duration.ofDays(3)))
                        .build());
        log.write(
                TOPICS.hourlyCosts(),
                "since",
                ChargeLog.cost("since", Instant.parse("2026-01-31T09:00:00Z"), "1", 1));
        log.write(
                TOPICS.hourlyCosts(),
                "since-before",
                ChargeLog.cost("since", Instant.parse("2026-01-31T08:00:00Z"), "1", 1));
        String query =
                "select (select sum(usage_input_tokens) from charges where tenant = 'since') as"
                        + " charged, (select count(*) from costs_hourly where tenant = 'since') as"
                        + " buckets";

        assertThat(log.run("sql", "--csv", "--since", "2026-01-31T09:30:00Z", query).out())
                .isEqualTo("charged,buckets\r\n1,1\r\n");
        assertThat(log.run("sql", "--csv", query).out()).isEqualTo("charged,buckets\r\n3,2\r\n");
    }

    @Test
    void attempts_are_there_and_what_was_not_committed_is_not() throws Exception {
        log.write(TOPICS.attempts(), "tries", ChargeLog.attempt("tries", AttemptPhase.STARTED));
        log.write(TOPICS.attempts(), "tries", ChargeLog.attempt("tries", AttemptPhase.ENDED));
        try (Producer<String, byte[]> aborted =
                log.log().producer("aborted", Map.of("transactional.id", "aborted"))) {
            aborted.initTransactions();
            aborted.beginTransaction();
            aborted.send(
                            new ProducerRecord<>(
                                    TOPICS.attempts().name(),
                                    "tries",
                                    log.bytes(ChargeLog.attempt("tries", AttemptPhase.ENDED))))
                    .get();
            aborted.abortTransaction();
        }

        assertThat(
                        log.run(
                                        "sql",
                                        "--csv",
                                        "select phase, usage_output_tokens, ended_at from attempts"
                                                + " where tenant = 'tries' order by 1")
                                .out()
                                .lines()
                                .skip(1))
                .containsExactly("ended,4,2026-01-31T10:20:30.456Z", "started,,");
    }

    @Test
    void a_record_that_cannot_be_read_is_left_out_and_told() throws Exception {
        log.send(TOPICS.dailyCosts(), "garbage", new byte[] {1, 2, 3});
        log.flush();

        Shell.Ran ran = log.run("sql", "--csv", "select count(*) as n from costs_daily");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err())
                .contains("llm.costs.daily: left out 1 record that cannot be read", "offset 0");
    }

    @Test
    void the_query_comes_from_a_file_or_from_the_standard_input() throws Exception {
        Path file = Files.writeString(folder.resolve("q.sql"), "-- one\nselect 1 as one;\n");

        assertThat(log.run("sql", "--csv", "--file", file.toString()).out())
                .isEqualTo("one\r\n1\r\n");
        assertThat(log.shell().piping("select 2 as two").run("sql", "--csv").out())
                .isEqualTo("two\r\n2\r\n");
        assertThat(log.run("sql", "--csv", "create macro twice(x) as x * 2; select twice(21) as x"))
                .isEqualTo(new Shell.Ran(0, "x\r\n42\r\n", ""));
        assertThat(log.run("sql").exitCode()).isEqualTo(2);
        assertThat(log.run("sql", "--file", "no-such-file", "select 1").exitCode()).isEqualTo(2);
        assertThat(log.run("sql", "--file", "no-such-file"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).contains("no-such-file"));
    }

    @Test
    void a_query_that_makes_no_sense_is_refused_in_the_words_of_the_engine() {
        assertThat(log.run("sql", "select * from invoices"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.out()).isEmpty())
                .satisfies(ran ->
                        assertThat(ran.err())
                                .startsWith(
                                        "millrace: Catalog Error: Table with name invoices"
                                                + " does not exist!")
                                .endsWith("LINE 1: select * from invoices\n"));
        assertThat(log.run("sql", "selec 1").err()).contains("Parser Error", "selec");
        assertThat(log.run("sql", "--format", "xml", "select 1").exitCode()).isEqualTo(2);
        assertThat(log.run("sql", "--csv", "--json", "select 1").exitCode()).isEqualTo(2);
    }

    @Test
    void a_table_without_a_topic_is_named_and_one_that_is_not_asked_for_is_not_missed() {
        assertThat(log.run("sql", "select * from costs_final"))
                .isEqualTo(new Shell.Ran(1, "", "millrace: there is no topic llm.costs.final\n"));
        assertThat(log.run("sql", "--csv", "select count(*) > -1 as fine from costs_monthly"))
                .isEqualTo(new Shell.Ran(0, "fine\r\ntrue\r\n", ""));
    }

    @Test
    void neither_files_nor_the_network_nor_the_settings_can_be_reached() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
        Path target = folder.resolve("out.csv");

        for (String query :
                new String[] {
                    "select * from '" + secret + "'",
                    "select 1; copy (select 1) to '" + target + "'",
                    "select 1; attach '" + folder.resolve("x.db") + "'",
                    "select 1; install httpfs",
                    "select 1; set enable_external_access = true",
                }) {
            assertThat(log.run("sql", query))
                    .as(query)
                    .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                    .satisfies(ran ->
                            assertThat(ran.err()).containsAnyOf("disabled", "configuration"));
        }
        assertThat(target).doesNotExist();
    }

    @Test
    void values_of_every_type_are_printed_exactly() {
        assertThat(
                        json(
                                "select 0.1::decimal(38,12) as d, 1e-7::double as f,"
                                        + " 170141183460469231731687303715884105727 as h,"
                                        + " timestamp '2026-03-29 02:30:00' as t, date '2026-01-31'"
                                        + " as day, [1, 2] as l, {'a': null} as s, 'x'::blob as b,"
                                        + " true as y"))
                .isEqualTo(
                        "[\n{\"d\":\"0.1\",\"f\":1.0E-7,\"h\":170141183460469231731687303715884105727,"
                                + "\"t\":\"2026-03-29T02:30\",\"day\":\"2026-01-31\",\"l\":[1,2],"
                                + "\"s\":{\"a\":null},\"b\":\"78\",\"y\":true}\n]\n");
        assertThat(log.run("sql", "--json", "select 1 where false").out()).isEqualTo("[]\n");
    }

    @Test
    void a_table_shows_no_more_than_a_person_reads() {
        Shell.Ran ran = log.run("sql", "select * from range(10005)");

        assertThat(ran.out().lines()).hasSize(1 + TableResult.MOST_ROWS);
        assertThat(ran.err())
                .isEqualTo("Only 10000 of 10005 rows are shown; --csv and --json print all\n");
    }

    private String json(String query) {
        Shell.Ran ran = log.run("sql", "--json", query);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        return ran.out();
    }
}
