package dev.millrace.cli;

import dev.millrace.cli.export.Export;
import dev.millrace.cli.export.Export.Exported;
import dev.millrace.cli.export.ExportRefused;
import dev.millrace.cli.export.ExportSettings;
import dev.millrace.cli.export.ExportSettings.Content;
import dev.millrace.cli.export.ExportSettings.Format;
import dev.millrace.cli.reading.StuckReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace export`.
@Command(
        name = "export",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Writes the charges of the ledger to files, as they stand on its topic or as rows of",
            "FOCUS 1.2. Again with the same folder, it adds what is new. A file is there as a whole",
            "or not at all, and no charge is in two files, whenever an export is stopped.",
            "Prints the files that it wrote."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace export --out charges",
            "  millrace export --focus --format csv --out focus --since 2026-01-01",
            "  millrace sql \"...\" is there for questions; docs/analysts.md tells more",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class ExportCommand implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The folder of the files; it is made where there is none.")
    private Path out = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. By default ${DEFAULT-VALUE}.")
    private Format format = Format.PARQUET;

    @Option(names = "--focus", description = "Write rows of FOCUS instead of the charges.")
    private boolean focus;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Leave out what was written to the ledger before this time: 24h, 7d, a date or a"
                            + " time with its offset. By default nothing. A folder keeps the start"
                            + " that it was begun with.")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Leave what was written at this time or later to the next export.")
    private @Nullable String until;

    @Option(
            names = "--billing-account",
            paramLabel = "ID",
            description = "The BillingAccountId of FOCUS. By default ${DEFAULT-VALUE}.")
    private String billingAccount = "millrace";

    @Option(
            names = "--rows-per-file",
            paramLabel = "N",
            description = "After how many rows a file is full. By default ${DEFAULT-VALUE}.")
    private int rowsPerFile = 250_000;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    ExportCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (rowsPerFile < 1) {
            throw CommandFailure.usage("--rows-per-file takes a number from 1 on");
        }
        ExportSettings settings =
                new ExportSettings(
                        focus ? Content.FOCUS : Content.CHARGES,
                        format,
                        time("--since", since),
                        billingAccount);
        Instant end = time("--until", until);
        KafkaAccess kafka = target.access(around);
        try {
            Export export = new Export(kafka.log(), topicId(kafka), settings, end, rowsPerFile);
            Exported exported = export.run(out, this::tell, this::remark);
            if (!options.quiet()) {
                around.err()
                        .println(
                                exported.files() == 0
                                        ? "Nothing is new."
                                        : "Exported rows: "
                                                + exported.rows()
                                                + ", files: "
                                                + exported.files());
            }
        } catch (ExportRefused | StuckReading e) {
            throw CommandFailure.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw unwritable(e);
        } catch (UncheckedIOException e) {
            throw unwritable(Objects.requireNonNull(e.getCause()));
        } catch (SQLException e) {
            throw CommandFailure.of("cannot write to " + out + ": " + e.getMessage());
        } catch (InterruptException _) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            throw kafka.failure(e);
        } finally {
            around.out().flush();
            around.err().flush();
        }
        return ExitCode.OK;
    }

    private @Nullable Instant time(String option, @Nullable String text) {
        return text == null ? null : PointInTime.parse(option, text, around.clock());
    }

    private static String topicId(KafkaAccess kafka) throws InterruptedException {
        String charges = kafka.log().topics().charges().name();
        if (!kafka.topicNames().contains(charges)) {
            throw CommandFailure.of("there is no topic " + charges);
        }
        try (Admin admin = kafka.admin()) {
            return kafka.await(admin.describeTopics(List.of(charges)).allTopicNames())
                    .values()
                    .iterator()
                    .next()
                    .topicId()
                    .toString();
        }
    }

    private void tell(Path file) {
        around.out().println(file);
        around.out().flush();
    }

    private void remark(String text) {
        around.err().println(around.style(options.color()).alarming(Printable.line(text)));
    }

    private CommandFailure unwritable(IOException e) {
        String reason =
                switch (e) {
                    case AccessDeniedException denied -> denied.getFile() + ": permission denied";
                    case NoSuchFileException missing -> missing.getFile() + " cannot be made";
                    case FileAlreadyExistsException other -> other.getFile() + " is no folder";
                    default -> e.toString();
                };
        return CommandFailure.of("cannot write to " + out + ": " + reason);
    }
}
