package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.analysis.LedgerQuery;
import dev.millrace.cli.analysis.QueryFailure;
import dev.millrace.cli.reading.StuckReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace sql`.
@Command(
        name = "sql",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Answers a question in SQL (DuckDB's) from the ledger's topics, as they stand now:",
            "  charges, net_charges   a row for each charge; without what was taken back",
            "  attempts               a row for the start and for the end of each provider call",
            "  costs_hourly, costs_daily, costs_monthly, costs_final   the sums, by bucket",
            "  costs_labels           the sums by label, which do not add up to anything",
            "'describe charges' lists the columns of a table. Times are UTC. An amount that is null",
            "has no known price: it is not 0. Nothing is changed, on the topics or anywhere."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace sql \"select tenant, sum(amount) from charges group by all\"",
            "  millrace sql --since 7d --csv \"from net_charges\" > charges.csv",
            "  millrace sql --file report.sql --format markdown",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class SqlCommand implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(
            arity = "0..1",
            paramLabel = "QUERY",
            description = "The query. By default it is read from the standard input.")
    private @Nullable String query;

    @Option(names = "--file", paramLabel = "FILE", description = "Read the query from a file.")
    private @Nullable Path file;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Leave out what ended (of attempts: started) before this time, and buckets that"
                            + " ended before it: 24h, 7d, a date or a time with its offset. Reads"
                            + " less.")
    private @Nullable String since;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. By default table.")
    private @Nullable ResultFormat format;

    @Option(names = "--csv", description = "The same as --format csv.")
    private boolean csv;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    SqlCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        Style style = around.style(options.color());
        ResultPrinter printer = format().printer(around, style);
        Instant from = since == null ? null : PointInTime.parse("--since", since, around.clock());
        LedgerQuery asked = new LedgerQuery(text(), from);
        KafkaAccess kafka = target.access(around);
        try {
            asked.run(
                    kafka.log(),
                    kafka::topicNames,
                    printer,
                    remark -> around.err().println(style.alarming(Printable.line(remark))));
            printer.end();
        } catch (QueryFailure | StuckReading e) {
            throw CommandFailure.of(String.valueOf(e.getMessage()));
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

    private ResultFormat format() {
        if ((csv && json) || (format != null && (csv || json))) {
            throw CommandFailure.usage("--format, --csv and --json exclude each other");
        }
        if (format != null) {
            return format;
        }
        return csv ? ResultFormat.CSV : json ? ResultFormat.JSON : ResultFormat.TABLE;
    }

    private String text() {
        if (query != null && file != null) {
            throw CommandFailure.usage("the query and --file exclude each other");
        }
        String text;
        try {
            if (query != null) {
                text = query;
            } else if (file != null) {
                text = Files.readString(file);
            } else {
                text = new String(around.in().readAllBytes(), UTF_8);
            }
        } catch (IOException e) {
            throw CommandFailure.of("cannot read " + file + ": " + e);
        }
        if (text.isBlank()) {
            throw CommandFailure.usage("there is no query");
        }
        return text;
    }
}
