package dev.millrace.cli;

import static dev.millrace.cli.ChargeLog.TOPICS;
import static dev.millrace.cli.ChargeLog.price;
import static dev.millrace.cli.ChargeLog.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Charge;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ChargeLog.Shared.class)
class ExportCommandTest {

    private final ChargeLog log;

    @TempDir private Path folder;

    ExportCommandTest(ChargeLog log) {
        this.log = log;
    }

    @Test
    void what_is_read_back_equals_decimal_arithmetic_to_the_last_digit() throws Exception {
        Random random = new Random(7);
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            charges.add(
                    ChargeLog.charge(
                                    "digits",
                                    usage(random.nextLong(1L << 40), random.nextLong(1_000)),
                                    i % 50 == 0 ? null : price("0.123456789012", "17.000000000003"))
                            .build());
        }
        Charge first = charges.get(1);
        charges.add(ChargeLog.reversal(first).build());
        log.write(charges.toArray(Charge[]::new));
        BigDecimal expected =
                charges.stream()
                        .map(Charge::getAmount)
                        .filter(Objects::nonNull)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);

        Shell.Ran ran = export();

        assertThat(ran.err()).startsWith("Exported rows: ");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out().lines().map(line -> Path.of(line).getFileName().toString()).sorted())
                .isEqualTo(ParquetFiles.names(folder))
                .allMatch(name -> name.matches("charges-0000\\d-\\d{19}-\\d{19}\\.parquet"));
        assertThat(
                        ParquetFiles.query(
                                folder,
                                "parquet",
                                "select sum(amount), count(*), count(amount), count(distinct"
                                        + " charge_id), sum(usage_input_tokens) from files where"
                                        + " tenant = 'digits'"))
                .containsExactly(
                        List.of(
                                expected,
                                501L,
                                491L,
                                501L,
                                charges.stream()
                                        .map(charge ->
                                                BigDecimal.valueOf(
                                                        charge.getUsage().getInputTokens()))
                                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                                        .toBigInteger()));
        assertThat(
                        ParquetFiles.query(
                                folder,
                                "parquet",
                                "select kind, corrects, amount, labels['team'], ended_at from files"
                                        + " where kind = 'reversal' and tenant = 'digits'"))
                .containsExactly(
                        List.of(
                                "reversal",
                                first.getChargeId(),
                                Objects.requireNonNull(first.getAmount()).negate(),
                                "blue",
                                ChargeLog.ENDED.atOffset(ZoneOffset.UTC)));
    }

    @Test
    void the_next_export_adds_what_is_new_alone() throws Exception {
        log.write(ChargeLog.charge("more", usage(1, 0), price("1", "1")).build());
        export();
        List<String> before = ParquetFiles.names(folder);

        assertThat(export()).isEqualTo(new Shell.Ran(0, "", "Nothing is new.\n"));
        log.write(ChargeLog.charge("more", usage(2, 0), price("1", "1")).build());
        assertThat(export().out().lines()).hasSize(1);

        assertThat(ParquetFiles.names(folder)).containsAll(before).hasSize(before.size() + 1);
        assertThat(inputs("more")).containsExactly(1L, 2L);
    }

    @Test
    void a_file_that_the_manifest_does_not_know_is_taken_in_and_half_a_file_is_removed()
            throws Exception {
        log.write(ChargeLog.charge("killed", usage(1, 0), price("1", "1")).build());
        export();
        String manifest = Files.readString(folder.resolve("_manifest.json"));
        log.write(ChargeLog.charge("killed", usage(2, 0), price("1", "1")).build());
        export();
        List<String> names = ParquetFiles.names(folder);
        // As a kill between the file's name and the manifest leaves it, and one within a file.
        Files.writeString(folder.resolve("_manifest.json"), manifest);
        Files.writeString(folder.resolve(".rows.parquet.tmp"), "half");

        assertThat(export()).isEqualTo(new Shell.Ran(0, "", "Nothing is new.\n"));

        assertThat(ParquetFiles.names(folder)).isEqualTo(names);
        assertThat(folder.resolve(".rows.parquet.tmp")).doesNotExist();
        assertThat(inputs("killed")).containsExactly(1L, 2L);
    }

    @Test
    void a_start_and_an_end_say_when_a_charge_was_written() throws Exception {
        log.write(ChargeLog.charge("times", usage(1, 0), price("1", "1")).build());
        String tomorrow = Instant.now().plusSeconds(86_400).toString();

        assertThat(export("--since", tomorrow).err()).isEqualTo("Nothing is new.\n");
        assertThat(export("--since", "2026-01-01"))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).contains("the folder starts at "));
        Path other = folder.resolve("other");
        assertThat(log.run("export", "--out", other.toString(), "--until", "2026-01-01").err())
                .isEqualTo("Nothing is new.\n");
        assertThat(log.run("export", "--out", other.toString(), "--until", tomorrow).err())
                .startsWith("Exported rows: ");
    }

    @Test
    void csv_has_what_parquet_has() throws Exception {
        log.write(ChargeLog.charge("csv", usage(3, 0), price("0.1", "1")).build());

        assertThat(export("--format", "csv").exitCode()).isZero();

        assertThat(
                        ParquetFiles.query(
                                folder,
                                "csv",
                                "select amount::decimal(38,12), labels->>'app', ended_at,"
                                        + " saved_amount from files where tenant = 'csv'"))
                .singleElement()
                .isEqualTo(
                        Arrays.asList(
                                ChargeLog.decimal("0.0000003"),
                                "a|b",
                                ChargeLog.ENDED.atOffset(ZoneOffset.UTC),
                                null));
    }

    @Test
    void a_folder_is_carried_on_as_it_was_begun_or_not_at_all() throws Exception {
        log.write(ChargeLog.charge("begun", usage(1, 0), price("1", "1")).build());
        export();

        assertRefused(export("--focus"), "the folder holds charges as parquet");
        assertRefused(export("--format", "csv"), "export charges as csv to another one");
        assertRefused(export("--billing-account", "other"), "billing account millrace");
        Path manifest = folder.resolve("_manifest.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replaceAll("\"topic_id\" : \"", "\"topic_id\" : \"x"));
        assertRefused(export(), "another topic llm.charges");
        Files.writeString(manifest, text.substring(0, 20));
        assertRefused(export(), "the manifest cannot be read");
        Files.delete(manifest);
        assertRefused(export(), "no _manifest.json");
    }

    @Test
    void what_the_topic_no_longer_has_is_missed_aloud() throws Exception {
        log.write(ChargeLog.charge("kept", usage(1, 0), price("1", "1")).build());
        export();
        try (ChargeLog shortened = ChargeLog.start();
                Admin admin = shortened.log().admin()) {
            Charge charge = ChargeLog.charge("kept", usage(1, 0), price("1", "1")).build();
            Path other = folder.resolve("other");
            shortened.write(charge);
            String[] command = {"export", "--out", other.toString()};
            assertThat(shortened.run(command).exitCode()).isZero();
            shortened.write(charge, charge);
            int partition = Integer.parseInt(ParquetFiles.names(other).getFirst().substring(8, 13));
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(TOPICS.charges().name(), partition),
                                    RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();

            assertRefused(shortened.run(command), "starts at offset 2, and is exported up to 1");
        }
    }

    @Test
    void nonsense_is_refused_before_anything_is_written() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertRefused(
                log.run("export", "--out", file.toString()),
                "cannot write to " + file + ": " + file + " is no folder");
        assertThat(export("--format", "xml").exitCode()).isEqualTo(2);
        assertThat(export("--rows-per-file", "0").exitCode()).isEqualTo(2);
        assertThat(export("--since", "soon").exitCode()).isEqualTo(2);
        assertThat(log.run("export").exitCode()).isEqualTo(2);
        assertThat(ParquetFiles.names(folder)).containsExactly("file");
    }

    private Shell.Ran export(String... options) {
        return log.run(
                Stream.concat(
                                Stream.of("export", "--out", folder.toString()),
                                Arrays.stream(options))
                        .toArray(String[]::new));
    }

    private List<Object> inputs(String tenant) throws Exception {
        return ParquetFiles.query(
                        folder,
                        "parquet",
                        "select usage_input_tokens from files where tenant = '"
                                + tenant
                                + "' order by 1")
                .stream()
                .map(row -> Objects.requireNonNull(row.getFirst()))
                .toList();
    }

    private static void assertRefused(Shell.Ran ran, String reason) {
        assertThat(ran.err()).startsWith("millrace: ").contains(reason);
        assertThat(ran.exitCode()).isEqualTo(1);
    }
}
