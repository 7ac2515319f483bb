package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace dead-letters drop`.
@Command(
        name = "drop",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Takes records that nobody could handle off the list. They stay on their topic for",
            "as long as it keeps them, and can still be redriven with --again."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace dead-letters drop 7",
            "  millrace dead-letters drop 7 8 --yes",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class DeadLettersDropCommand implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "ID", arity = "1..*", description = "As the list has them.")
    private List<Long> ids = List.of();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    DeadLettersDropCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!yes && !isConfirmed()) {
            throw CommandFailure.of("nothing was dropped");
        }
        KafkaAccess kafka = target.access(around);
        try (DeadLetterTopic topic = DeadLetterTopic.open(kafka);
                LetterResolver resolver = LetterResolver.open(kafka, around.clock())) {
            LetterIndex index = topic.index();
            List<LetterEntry> entries = index.get(ids);
            entries.forEach(entry -> entry.requireOpen(""));
            for (LetterEntry entry : entries) {
                resolver.resolve(topic.read(entry.id()), null);
                if (!options.quiet()) {
                    around.out().println(entry.id() + " dropped");
                    around.out().flush();
                }
            }
            return ExitCode.OK;
        }
    }

    private boolean isConfirmed() {
        if (!around.terminal()) {
            throw CommandFailure.usage("drop asks first where a person can answer; else use --yes");
        }
        String names = ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
        around.err().print("Drop dead letters " + names + "? [y/N] ");
        around.err().flush();
        try {
            String answer =
                    new BufferedReader(new InputStreamReader(around.in(), UTF_8)).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw CommandFailure.of("cannot read the answer: " + e.getMessage());
        }
    }
}
