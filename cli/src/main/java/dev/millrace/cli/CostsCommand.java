package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace costs`.
@Command(
        name = "costs",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Shows what was spent, from the ledger of all provider calls.",
            "A call whose price is not known is 'unpriced': that is not 0, and no sum includes it.",
            "On a terminal, each group's buckets are bars too, where there are several."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace costs",
            "  millrace costs --by tenant,model --since 7d",
            "  millrace costs --by label:team,model --latency",
            "  millrace costs --by model --bucket hour --since 24h --watch",
            "  millrace costs --by provider --bucket month --since 2026-01-01",
            "  millrace costs --by key,model --bucket hour --since 24h --csv > costs.csv"
        })
final class CostsCommand implements Callable<Integer> {

    private static final String CLEAR_SCREEN = "\u001B[H\u001B[2J\u001B[3J";

    private final Surroundings around;
    private final Pause pause;

    @Option(
            names = "--by",
            paramLabel = "DIMENSION",
            split = ",",
            converter = Dimension.Converter.class,
            description = {
                "Tell apart by tenant, key, provider, model, lane or label:NAME; several with"
                        + " commas, of which one may be a label.",
                "A label is of the calls that have it: the others are left out."
            })
    private List<Dimension> by = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "From the bucket that this time lies in: 24h, 7d, a date or a time with its"
                            + " offset. By default from the start.")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Only buckets that start before this time. By default to now.")
    private @Nullable String until;

    @Option(
            names = "--bucket",
            paramLabel = "LENGTH",
            description = "${COMPLETION-CANDIDATES}, in UTC. By default ${DEFAULT-VALUE}.")
    private Bucket bucket = Bucket.DAY;

    @Option(
            names = "--latency",
            description =
                    "Show within how many milliseconds 50, 95 and 99 of a hundred calls ended, and"
                            + " had their first content.")
    private boolean latency;

    @Option(names = "--csv", description = "Print CSV instead of a table.")
    private boolean csv;

    @Option(names = "--json", description = "Print the API's JSON instead of a table.")
    private boolean json;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "2",
            paramLabel = "SECONDS",
            description =
                    "Show the table again every so many seconds, 2 by default, until interrupted.")
    private @Nullable Integer watch;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    CostsCommand(Surroundings around) {
        this(around, Thread::sleep);
    }

    CostsCommand(Surroundings around, Pause pause) {
        this.around = around;
        this.pause = pause;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (csv && json) {
            throw CommandFailure.usage("--csv and --json exclude each other");
        }
        if (watch != null && (csv || json || watch < 1)) {
            throw CommandFailure.usage(
                    "--watch takes a number of seconds from 1 on, and neither --csv nor --json");
        }
        List<Dimension> dimensions = by.stream().distinct().toList();
        String path = path(dimensions);
        try (Gateway gateway = target.gateway(around)) {
            show(gateway, path, dimensions, "");
            while (watch != null) {
                pause.pause(Duration.ofSeconds(watch));
                showAgain(gateway, path(dimensions), dimensions);
            }
        }
        return ExitCode.OK;
    }

    /// A gateway that is away for a moment is waited for.
    private void showAgain(Gateway gateway, String path, List<Dimension> dimensions)
            throws InterruptedException {
        Style style = around.style(options.color());
        try {
            show(gateway, path, dimensions, around.terminal() ? CLEAR_SCREEN : "\n");
        } catch (CommandFailure failure) {
            around.err()
                    .println(style.alarming(Printable.line(String.valueOf(failure.getMessage()))));
            around.err().flush();
        }
    }

    private void show(Gateway gateway, String path, List<Dimension> dimensions, String before)
            throws InterruptedException {
        String answer = gateway.get(path, csv ? "text/csv" : "application/json");
        around.out().print(before);
        if (csv) {
            around.out().print(answer);
        } else if (json) {
            around.out().println(answer.strip());
        } else {
            print(
                    Listing.of(answer).stream()
                            .map(line -> CostLine.read(line, dimensions))
                            .toList(),
                    dimensions);
        }
        around.out().flush();
    }

    private String path(List<Dimension> dimensions) {
        StringJoiner query = new StringJoiner("&", "/v1/costs?", "");
        query.add("bucket=" + bucket);
        if (!dimensions.isEmpty()) {
            query.add(
                    dimensions.stream()
                            .map(dimension -> URLEncoder.encode(dimension.spelling(), UTF_8))
                            .collect(Collectors.joining(",", "group_by=", "")));
        }
        if (since != null) {
            query.add("since=" + time("--since", since));
        }
        if (until != null) {
            query.add("until=" + time("--until", until));
        }
        return query.toString();
    }

    private String time(String option, String text) {
        return URLEncoder.encode(PointInTime.parse(option, text, around.clock()).toString(), UTF_8);
    }

    private void print(List<CostLine> lines, List<Dimension> dimensions) {
        Style style = around.style(options.color());
        if (!lines.isEmpty()) {
            new CostTable(lines, dimensions, bucket, latency).toTable().print(around.out(), style);
            if (around.terminal()) {
                CostTrend.of(lines, dimensions, bucket)
                        .ifPresent(trend -> {
                            around.out().println();
                            trend.toTable().print(around.out(), style);
                        });
            }
            around.out().flush();
        }
        if (!options.quiet()) {
            remark(lines, style);
            around.err().flush();
        }
    }

    private void remark(List<CostLine> lines, Style style) {
        if (lines.isEmpty()) {
            around.err().println("Nothing was spent in this time.");
        }
        long unpriced = lines.stream().mapToLong(line -> line.of(CostCount.UNPRICED)).sum();
        if (unpriced > 0) {
            String remark = calls(unpriced) + " no known price; no sum includes them";
            around.err().println(style.alarming(remark));
        }
        long estimated = lines.stream().mapToLong(line -> line.of(CostCount.ESTIMATED)).sum();
        if (estimated > 0) {
            around.err().println(style.faint(calls(estimated) + " estimated usage"));
        }
    }

    private static String calls(long number) {
        return number == 1 ? "1 call has" : number + " calls have";
    }
}
