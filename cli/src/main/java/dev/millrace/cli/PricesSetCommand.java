package dev.millrace.cli;

import dev.millrace.cli.prices.PriceChange;
import dev.millrace.configuration.prices.GivenRates;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.RateKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace prices set`.
@Command(
        name = "set",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = "Sets one price. From the same time as another one, it corrects that.",
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace prices set openai gpt-4o --input 2.5 --cached-input 1.25 --output 10",
            "  millrace prices set rack-1 '*' --gpu-second 0.0007 --from 2026-01-01",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class PricesSetCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private PriceOptions which = new PriceOptions();

    @Option(names = "--input", paramLabel = "PRICE", description = "Of --per prompt tokens.")
    private @Nullable BigDecimal input;

    @Option(names = "--cached-input", paramLabel = "PRICE", description = "Of cached ones.")
    private @Nullable BigDecimal cachedInput;

    @Option(names = "--cache-write", paramLabel = "PRICE", description = "Of those cached anew.")
    private @Nullable BigDecimal cacheWrite;

    @Option(
            names = "--cache-write-1h",
            paramLabel = "PRICE",
            description = "Of those cached anew for an hour.")
    private @Nullable BigDecimal cacheWriteHour;

    @Option(names = "--output", paramLabel = "PRICE", description = "Of --per completion tokens.")
    private @Nullable BigDecimal output;

    @Option(names = "--reasoning", paramLabel = "PRICE", description = "Of reasoning tokens.")
    private @Nullable BigDecimal reasoning;

    @Option(
            names = "--audio-input",
            paramLabel = "PRICE",
            description = "Of audio tokens in the prompt.")
    private @Nullable BigDecimal audioInput;

    @Option(
            names = "--audio-output",
            paramLabel = "PRICE",
            description = "Of audio tokens in the completion.")
    private @Nullable BigDecimal audioOutput;

    @Option(names = "--image", paramLabel = "PRICE", description = "Of an image in the prompt.")
    private @Nullable BigDecimal image;

    @Option(
            names = "--audio-second",
            paramLabel = "PRICE",
            description = "Of a second of audio in the prompt.")
    private @Nullable BigDecimal audioSecond;

    @Option(names = "--query", paramLabel = "PRICE", description = "Of a call that was served.")
    private @Nullable BigDecimal query;

    @Option(names = "--gpu-second", paramLabel = "PRICE", description = "Of a second of the call.")
    private @Nullable BigDecimal gpuSecond;

    @Option(
            names = "--per",
            paramLabel = "TOKENS",
            description = "How many tokens prices are for. By default ${DEFAULT-VALUE}.")
    private long per = 1_000_000;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    PricesSetCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        GivenRates given = given();
        if (!given.isPrice()) {
            throw CommandFailure.usage(
                    "no price is given: --input, or one of --image, --audio-second, --query,"
                            + " --gpu-second");
        }
        PricesOnLog log = PricesOnLog.read(target.access(around));
        which.requireOwner(log);
        Instant now = around.clock().instant();
        PriceEntry entry = entry(given, which.from(around, now), log.currency(), now);
        List<PriceChange> changes = PriceChange.of(List.of(entry), log.prices());
        if (changes.isEmpty()) {
            around.out().println("as before: " + PriceLines.line(entry));
        } else {
            if (changes.stream().anyMatch(log::isOverruled)) {
                throw CommandFailure.of(
                        "the configuration document has a price from the same time, which would"
                                + " count: correct it there");
            }
            log.change(List.of(entry), List.of(), around.clock(), _ -> {});
            around.out().println(PriceLines.line(entry));
        }
        around.out().flush();
        return ExitCode.OK;
    }

    private PriceEntry entry(GivenRates given, Instant from, String currency, Instant now) {
        try {
            return new PriceEntry(
                    which.provider(),
                    which.model(),
                    given.complete(),
                    List.of(),
                    per,
                    currency,
                    from,
                    "set on " + LocalDate.ofInstant(now, ZoneOffset.UTC));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private GivenRates given() {
        Map<RateKind, BigDecimal> given = new EnumMap<>(RateKind.class);
        put(given, RateKind.INPUT, input);
        put(given, RateKind.CACHE_READ, cachedInput);
        put(given, RateKind.CACHE_WRITE, cacheWrite);
        put(given, RateKind.CACHE_WRITE_HOUR, cacheWriteHour);
        put(given, RateKind.OUTPUT, output);
        put(given, RateKind.REASONING, reasoning);
        put(given, RateKind.AUDIO_INPUT, audioInput);
        put(given, RateKind.AUDIO_OUTPUT, audioOutput);
        put(given, RateKind.IMAGE, image);
        put(given, RateKind.AUDIO_SECOND, audioSecond);
        put(given, RateKind.QUERY, query);
        put(given, RateKind.GPU_SECOND, gpuSecond);
        return new GivenRates(given);
    }

    private static void put(
            Map<RateKind, BigDecimal> given, RateKind kind, @Nullable BigDecimal price) {
        if (price != null) {
            given.put(kind, price);
        }
    }
}
