package dev.millrace.cli;

import static dev.millrace.cli.ChargeLog.price;
import static dev.millrace.cli.ChargeLog.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Charge;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Exports that end in the middle, and exports at the same time.
@ExtendWith(ChargeLog.Shared.class)
class ExportKillTest {

    private static final int CHARGES = 3_000;

    private final ChargeLog log;

    @TempDir private Path folder;

    /// Where a killed process leaves what it would have removed.
    @TempDir private Path temporary;

    ExportKillTest(ChargeLog log) {
        this.log = log;
    }

    @Test
    void an_export_that_is_killed_again_and_again_has_every_charge_once() throws Exception {
        BigDecimal expected = BigDecimal.ZERO;
        for (int i = 0; i < CHARGES; i++) {
            Charge charge =
                    ChargeLog.charge("victim", usage(i, 1), price("0.123456789012", "3")).build();
            expected = expected.add(Objects.requireNonNull(charge.getAmount()));
            log.send(ChargeLog.TOPICS.charges(), "victim-" + i % 7, log.bytes(charge));
        }
        log.flush();

        for (int files = 1; files <= 2; files++) {
            killedAfter(files);
            assertThat(totals().getFirst()).as("no charge twice").isEqualTo(totals().get(1));
        }
        Shell.Ran ran =
                log.run("export", "--focus", "--rows-per-file", "400", "--out", folder.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(totals()).containsExactly((long) CHARGES, (long) CHARGES, expected, expected);
    }

    @Test
    void two_exports_to_one_folder_refuse_each_other() throws Exception {
        for (int i = 0; i < 500; i++) {
            log.send(
                    ChargeLog.TOPICS.charges(),
                    "both",
                    log.bytes(ChargeLog.charge("both", usage(1, 1), price("1", "1")).build()));
        }
        log.flush();
        Process first = start();
        try (BufferedReader printed = first.inputReader()) {
            file(printed);
            // A process that stands still holds its lock.
            assertThat(new ProcessBuilder("kill", "-STOP", "" + first.pid()).start().waitFor())
                    .isZero();

            assertThat(log.run("export", "--focus", "--out", folder.toString()))
                    .isEqualTo(
                            new Shell.Ran(
                                    1, "", "millrace: another export writes to " + folder + "\n"));
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    /// How many lines of usage there are of the victim's input, how many different charges, what
    /// was billed, and what the list says, rounded.
    private List<@Nullable Object> totals() throws Exception {
        return ParquetFiles.query(
                        folder,
                        "parquet",
                        "select count(*) filter (SkuMeter = 'output_tokens'), count(distinct"
                                + " x_ChargeId), sum(BilledCost), sum(EffectiveCost) from files"
                                + " where SubAccountId = 'victim'")
                .getFirst();
    }

    private void killedAfter(int files) throws Exception {
        Process export = start();
        try (BufferedReader printed = export.inputReader()) {
            for (int i = 0; i < files; i++) {
                file(printed);
            }
        } finally {
            export.destroyForcibly().waitFor();
        }
    }

    /// Waits for the export to print the name of a file; its log lines are there too.
    private static void file(BufferedReader printed) throws IOException {
        assertThat(printed.lines().anyMatch(line -> line.contains("focus-"))).isTrue();
    }

    private Process start() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Dlogback.configurationFile="
                                + System.getProperty("logback.configurationFile"),
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.millrace.schemas",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommandProcess.class.getName(),
                        "export",
                        "--focus",
                        "--rows-per-file",
                        "1",
                        "--out",
                        folder.toString(),
                        "--bootstrap-servers",
                        log.bootstrapServers()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
