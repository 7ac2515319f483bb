package dev.millrace.cli;

import dev.millrace.cli.compare.CallOrder;
import dev.millrace.cli.compare.Comparison;
import dev.millrace.cli.compare.Judge;
import dev.millrace.cli.compare.ModelFigures;
import dev.millrace.cli.compare.Plan;
import dev.millrace.cli.compare.Prompt;
import dev.millrace.cli.compare.Sampling;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace compare`.
@Command(
        name = "compare",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Asks several models the same: how fast, how good and how dear are they?",
            "FIRST is the time to the first token; TOKENS/S the median speed from there on,",
            "(output tokens - 1) / (end - first token); PER-MILLION the cost of a million",
            "tokens, input and output as they came. Ctrl-C shows what there is until then."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace compare -m gpt-4o-mini,rack-1/llama-3.1-8b \"What is a millrace?\"",
            "  millrace compare -m fast,good -p prompts.jsonl --runs 3 --concurrency 4",
            "  millrace compare -m fast,good -p questions.txt --expect answers.txt",
            "  millrace compare -m fast,good -p prompts.jsonl --judge best --out result.md",
            "",
            "The exit code is 1 too if a model gave no answer at all, after the table."
        })
final class CompareCommand implements Callable<Integer> {

    private final Surroundings around;
    private final LongSupplier nanos;

    @Option(
            names = {"-m", "--models"},
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "The models, with commas; 'millrace models' lists all.")
    private List<String> models = List.of();

    @Mixin private PromptOptions prompts = new PromptOptions();

    @Option(
            names = "--judge",
            paramLabel = "NAME",
            description =
                    "A model that gives each answer a score from 1 to 10, when all are there. What"
                            + " it takes is told apart.")
    private @Nullable String judge;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "How often each model is asked each prompt. By default ${DEFAULT-VALUE}.")
    private int runs = 1;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "How many calls of a model run at once. By default ${DEFAULT-VALUE}.")
    private int concurrency = 1;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = {
                "${COMPLETION-CANDIDATES}. By default ${DEFAULT-VALUE}: the models take turns, so"
                        + " that none slows another down and all see the same times. For servers"
                        + " that load one model at a time: sequential. The fastest: together."
            })
    private CallOrder order = CallOrder.INTERLEAVED;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Calls of each model before the others, which do not count. By default"
                            + " ${DEFAULT-VALUE}.")
    private int warmUp = 1;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "The most tokens that an answer may have.")
    private @Nullable Integer maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "How freely words are chosen. By default as the model has it.")
    private @Nullable BigDecimal temperature;

    @Option(
            names = "--no-stream",
            description = "Ask for whole answers: there is no first token then, and no speed.")
    private boolean whole;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "${COMPLETION-CANDIDATES}. By default table; of a file, as its name ends.")
    private @Nullable CompareFormat format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to this file, and show the table beside.")
    private @Nullable Path out;

    @Option(
            names = "--with-answers",
            description = "Write the prompts and the answers too; for JSON alone.")
    private boolean withAnswers;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    CompareCommand(Surroundings around) {
        this(around, System::nanoTime);
    }

    /// @param nanos tells the time in nanoseconds, from whenever
    CompareCommand(Surroundings around, LongSupplier nanos) {
        this.around = around;
        this.nanos = nanos;
    }

    @Override
    public Integer call() throws InterruptedException {
        ComparisonReport report = report();
        Plan plan = plan();
        Sampling sampling = new Sampling(maxTokens, temperature, !whole);
        Instant startedAt = around.clock().instant();
        try (Gateway gateway = target.gateway(around);
                InterruptOnSignal signal = InterruptOnSignal.open()) {
            gateway.get("/v1/models", "application/json"); // Is it there, and takes the key?
            MeasuredChat chat = new MeasuredChat(gateway, nanos);
            Comparison comparison =
                    new Comparison(
                            plan, sampling, chat, judge == null ? null : new Judge(judge, chat));
            try (ProgressBar bar = new ProgressBar(around, comparison.steps(), !options.quiet())) {
                comparison.run(bar::reached);
            } finally {
                report.print(comparison.compared(), startedAt);
            }
            return comparison.compared().figures().stream()
                            .map(ModelFigures::answers)
                            .anyMatch(answers -> answers == 0)
                    ? ExitCode.SOFTWARE
                    : ExitCode.OK;
        }
    }

    private Plan plan() {
        models = models.stream().map(String::strip).toList();
        if (models.stream().anyMatch(String::isBlank)) {
            throw CommandFailure.usage("--models has an empty name in it");
        }
        if (models.stream().distinct().count() < models.size()) {
            throw CommandFailure.usage("--models names a model twice");
        }
        atLeast(1, "--runs", runs);
        atLeast(1, "--concurrency", concurrency);
        atLeast(0, "--warm-up", warmUp);
        if (maxTokens != null) {
            atLeast(1, "--max-tokens", maxTokens);
        }
        if (temperature != null && temperature.signum() < 0) {
            throw CommandFailure.usage("--temperature must be at least 0");
        }
        List<Prompt> asked = prompts.prompts(around);
        if ((long) models.size() * asked.size() * runs > Plan.MOST_CALLS) {
            throw CommandFailure.usage(
                    "--runs: models, prompts and runs make more than "
                            + Plan.MOST_CALLS
                            + " calls");
        }
        return new Plan(models, asked, runs, warmUp, concurrency, order);
    }

    private ComparisonReport report() {
        CompareFormat chosen =
                format != null ? format : out == null ? CompareFormat.TABLE : CompareFormat.of(out);
        if (withAnswers && chosen != CompareFormat.JSON) {
            throw CommandFailure.usage("--with-answers needs --format json");
        }
        if (out != null) {
            Path folder = out.toAbsolutePath().getParent();
            if (Files.isDirectory(out) || folder == null || !Files.isDirectory(folder)) {
                throw CommandFailure.usage("--out: " + out + " cannot be a file");
            }
        }
        return new ComparisonReport(around, options, chosen, out, withAnswers);
    }

    private static void atLeast(int least, String option, int value) {
        if (value < least) {
            throw CommandFailure.usage(option + " must be at least " + least);
        }
    }
}
