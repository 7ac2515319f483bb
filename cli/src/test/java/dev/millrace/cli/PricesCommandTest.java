package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PricesCommandTest {

    private static final Topics TOPICS = new Topics(TopicLayout.embedded(1 << 26));
    private static final String DOCUMENT =
            """
            providers:
              - { name: rack-1, kind: vllm, base-url: "http://127.0.0.1:1/v1" }
              - { name: openai, kind: openai, api-key: "${KEY}" }
            prices:
              - { provider: openai, model: documented, input: 1, output: 2, effective-from: 2026-01-01 }
            """;

    @TempDir static Path data;

    private static EmbeddedKafka kafka;
    private static KafkaLog log;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        log =
                new KafkaLog(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        TOPICS,
                        RecordSerdes.builtIn());
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(admin, List.of(TOPICS.config(), TOPICS.prices()));
        }
        new ConfigurationPublisher(log, InstantSource.system())
                .publish(DOCUMENT, Snapshot.NONE, "test");
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void a_price_is_set_corrected_shown_and_removed() {
        Shell.Ran set = run("prices set rack-1 m1 --gpu-second 0.0007 --from 2026-01-01");
        assertThat(set.err()).isEmpty();
        assertThat(set.out())
                .isEqualTo("rack-1/m1 from 2026-01-01T00:00:00Z: gpu-second 0.0007 USD\n");
        assertThat(run("prices set rack-1 m1 --gpu-second 0.00070 --from 2026-01-01").out())
                .startsWith("as before: rack-1/m1");
        assertThat(run("prices set rack-1 m1 --gpu-second 0.0008 --from 2026-01-01").exitCode())
                .isZero();
        assertThat(run("prices set rack-1 m1 --input 3 --per 1000 --from 2027-01-01").exitCode())
                .isZero();

        assertThat(cells("prices list --model m1"))
                .containsExactly(
                        "PROVIDER MODEL FROM FOR INPUT CACHED OUTPUT PER OTHER CURRENCY SOURCE",
                        "rack-1 m1 2026-01-01T00:00:00Z 0 0 0 1000000 gpu-second=0.0008 USD set on"
                                + " 2026-01-31");
        assertThat(run("prices list --model m1 --all --json").out())
                .contains("\"gpu_second\":\"0.0008\"", "\"input\":\"3\"")
                .doesNotContain("0.0007");

        assertThat(run("prices remove rack-1 m1").err()).contains("name one with --from");
        assertThat(run("prices remove rack-1 m1 --from 2027-01-01").out()).startsWith("removed");
        assertThat(run("prices remove rack-1 m1").exitCode()).isZero();
        assertThat(run("prices list --model m1").err()).contains("There are no such prices.");
    }

    @Test
    void a_list_is_imported_whole_and_again_changes_nothing() throws Exception {
        Path file = data.resolve("prices.yaml");
        Files.writeString(
                file,
                """
                prices:
                  - { provider: rack-1, model: i1, input: 1, tiers: [ { above: 1000, input: 2 } ] }
                  - { provider: vllm, model: "*", query: 0.01, effective-from: 2026-02-01 }
                  - { provider: openai, model: documented, input: 9, effective-from: 2026-01-01 }
                """);

        assertThat(run("prices diff " + file))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .extracting(Shell.Ran::out)
                .isEqualTo(
                        """
                        + rack-1/i1 from ever: input 1 per 1000000 USD, 1 tiers
                        + vllm/* from 2026-02-01T00:00:00Z: query 0.01 USD
                        - openai/documented from 2026-01-01T00:00:00Z: input 1 output 2 per 1000000 USD
                        + openai/documented from 2026-01-01T00:00:00Z: input 9 per 1000000 USD
                        """);
        assertThat(run("prices import " + file + " --dry-run").out()).startsWith("would import 2");
        assertThat(run("prices list --model i1").out()).isEmpty();

        Shell.Ran imported = run("prices import " + file);
        assertThat(imported.out())
                .isEqualTo("imported 2 new and 1 corrected prices; 0 as before\n");
        assertThat(imported.err())
                .contains("1 do not count: the configuration document has prices");
        assertThat(cells("prices list --model i1")).contains("above 1000 2 2 0 1000000");
        assertThat(run("prices list --model documented --json").out())
                .contains("\"input\":\"1\"")
                .doesNotContain("\"9\"");
        Files.writeString(
                file, Files.readString(file).lines().limit(3).reduce("", (a, b) -> a + b + "\n"));
        assertThat(run("prices import " + file).out())
                .isEqualTo("imported 0 new and 0 corrected prices; 2 as before\n");
        assertThat(run("prices diff " + file).exitCode()).isZero();
    }

    @Test
    void a_list_with_anything_wrong_is_refused_whole_with_its_lines() throws Exception {
        Path file = data.resolve("wrong.yaml");
        Files.writeString(
                file,
                """
                prices:
                  - { provider: rack-1, model: w1, input: 1 }
                  - { provider: rack-1, model: w2, input: -1 }
                  - { provider: rack-1, model: w1, input: 2 }
                  - { provider: nobody, model: w3, input: 2 }
                  - { provider: rack-1, model: w4, inputs: 2 }
                  - { provider: rack-1, model: w5, input: 2, currency: CHF }
                """);

        Shell.Ran ran = run("prices import " + file);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        "wrong.yaml is refused, and nothing was changed",
                        "line 3, column 5: prices[1]: a price cannot be negative: -1",
                        "line 4, column 5: prices[2].effective-from: another price holds from the"
                                + " same time",
                        "line 5, column 17: prices[3].provider: 'nobody' is not a configured"
                                + " provider",
                        "line 6",
                        "'CHF' is not the ledger's, which is USD");
        assertThat(run("prices list --model w1").out()).isEmpty();
    }

    @Test
    void litellms_map_is_imported_from_standard_input() throws Exception {
        String map;
        try (InputStream in =
                Objects.requireNonNull(
                        PricesCommandTest.class.getResourceAsStream("/prices/litellm.json"))) {
            map = new String(in.readAllBytes(), UTF_8);
        }

        Shell.Ran ran = shell().piping(map).run("prices", "import", "-");

        assertThat(ran.out()).isEqualTo("imported 4 new and 0 corrected prices; 0 as before\n");
        assertThat(ran.err()).contains("left out 1: no such provider is configured");
        assertThat(cells("prices list --model gpt-5.4-mini"))
                .contains(
                        "openai gpt-5.4-mini 2026-01-31T12:00:00Z 0.75 0.075 4.5 1000000 USD"
                                + " standard input of 2026-01-31",
                        "flex 0.375 0.0375 2.25 1000000");
    }

    @Test
    void what_makes_no_sense_is_refused() throws Exception {
        assertThat(run("prices set nobody m --input 1").err())
                .contains("'nobody' is not a configured provider, and not a kind of provider");
        assertThat(run("prices set rack-1 m --input -1").err()).contains("negative");
        assertThat(run("prices set rack-1 m --output 1").err()).contains("no price is given");
        assertThat(run("prices set openai documented --input 5 --from 2026-01-01").err())
                .contains("the configuration document has a price from the same time");
        assertThat(run("prices remove openai documented").err())
                .contains("the configuration document's are removed there");
        assertThat(run("prices import " + data.resolve("missing.yaml")).err())
                .contains("there is no file");
        assertThat(run("prices import http://127.0.0.1:1/prices.yaml").err())
                .contains("cannot read http://127.0.0.1:1/prices.yaml");
        assertThat(run("prices").err()).contains("name one of its commands");
    }

    @Test
    void a_record_that_is_no_price_is_passed_over() throws Exception {
        try (Producer<String, byte[]> producer = log.producer("test", Map.of())) {
            producer.send(new ProducerRecord<>(TOPICS.prices().name(), "k", new byte[] {1, 2}))
                    .get();
        }

        assertThat(run("prices set rack-1 after-garbage --input 1").exitCode()).isZero();
        assertThat(run("prices list --model after-garbage").out()).contains("after-garbage");
    }

    private static List<String> cells(String command) {
        return run(command).out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    private static Shell.Ran run(String command) {
        return shell().run(command.split(" "));
    }

    private static Shell shell() {
        return new Shell().with("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    }
}
