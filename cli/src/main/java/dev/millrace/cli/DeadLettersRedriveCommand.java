package dev.millrace.cli;

import dev.millrace.cli.DeadLetterTopic.Letter;
import dev.millrace.configuration.Defaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace dead-letters redrive`.
@Command(
        name = "redrive",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Gives records that nobody could handle another chance, once their reason is mended.",
            "A request starts anew: under its old id, to which its earlier cost belongs, with a",
            "new deadline, and its caller gets the answer. Any other record goes back to its",
            "topic as it was. Each dead letter is redriven once, whatever ends this command."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace dead-letters redrive 7 8",
            "  millrace dead-letters redrive 7 --deadline 10m",
            "  millrace dead-letters redrive --all --stage worker.reply",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class DeadLettersRedriveCommand implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "As the list has them.")
    private List<Long> ids = List.of();

    @Option(names = "--all", description = "All open ones, instead of those of some ids.")
    private boolean all;

    @Mixin private LetterFilter filter = new LetterFilter();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description =
                    "How long each request may take from now: 30s, 5m, 24h. By default as long as"
                            + " it could at first.")
    private @Nullable String deadline;

    @Option(
            names = "--again",
            description = "Those of the ids that were redriven or dropped before, too.")
    private boolean again;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    DeadLettersRedriveCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        Duration allowed =
                deadline == null
                        ? null
                        : TimeSpan.parse("--deadline", deadline, Defaults.LONGEST_DEADLINE);
        KafkaAccess kafka = target.access(around);
        try (DeadLetterTopic topic = DeadLetterTopic.open(kafka);
                LetterResolver resolver = LetterResolver.open(kafka, around.clock());
                Redrive redrive =
                        new Redrive(
                                kafka.log().topics(),
                                kafka.log().serdes(),
                                around.clock(),
                                allowed)) {
            LetterIndex index = topic.index();
            boolean complete = true;
            for (LetterEntry entry : chosen(index)) {
                Optional<String> obstacle = obstacle(entry, topic);
                if (obstacle.isEmpty()) {
                    redrive(entry, topic, redrive, resolver, index);
                } else if (all) {
                    complete = false;
                    tell(entry.id() + " cannot be redriven: " + obstacle.get());
                } else {
                    throw CommandFailure.of(
                            "dead letter " + entry.id() + " cannot be redriven: " + obstacle.get());
                }
            }
            return complete ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void check() {
        if (all == !ids.isEmpty()) {
            throw CommandFailure.usage("redrive takes ids, or --all");
        }
        if (all && again) {
            throw CommandFailure.usage("--again goes with ids, not with --all");
        }
        if (!all && filter.isSet()) {
            throw CommandFailure.usage("--stage, --tenant and --since go with --all");
        }
    }

    private List<LetterEntry> chosen(LetterIndex index) {
        if (all) {
            List<LetterEntry> open =
                    filter.of(index.entries(), around.clock()).stream()
                            .filter(LetterEntry::isOpen)
                            .toList();
            if (open.isEmpty() && !options.quiet()) {
                around.err().println("No such dead letters.");
                around.err().flush();
            }
            return open;
        }
        List<LetterEntry> named = index.get(ids);
        if (!again) {
            named.forEach(entry -> entry.requireOpen("; --again redrives it all the same"));
        }
        return named;
    }

    private static Optional<String> obstacle(LetterEntry entry, DeadLetterTopic topic) {
        String home = entry.place().topic();
        return entry.obstacle()
                .or(() ->
                        entry.requestId() != null || topic.hasTopic(home)
                                ? Optional.empty()
                                : Optional.of("there is no topic " + home));
    }

    private void redrive(
            LetterEntry entry,
            DeadLetterTopic topic,
            Redrive redrive,
            LetterResolver resolver,
            LetterIndex index)
            throws InterruptedException {
        Letter letter = topic.read(entry.id());
        remark(letter);
        UUID request = entry.requestId();
        Redrive.Redriven redriven =
                redrive.of(
                        letter.record(),
                        letter.value(),
                        request == null ? 0 : index.nextRedrive(request));
        index.resolve(entry.id(), resolver.resolve(letter, redriven.record()));
        if (!options.quiet()) {
            around.out().println(entry.id() + " redriven: " + redriven.phrase());
            around.out().flush();
        }
    }

    private void remark(Letter letter) {
        switch (letter.value()) {
            case LetterValue.OfRequest request when request.isForNobody() ->
                    warn(
                            letter.id()
                                    + ": its HTTP caller is gone; the answer will be paid for and"
                                    + " thrown away");
            case LetterValue.Undecodable(String reason) ->
                    warn(letter.id() + " still cannot be decoded and may come back: " + reason);
            case LetterValue.OfRequest _, LetterValue.Other _, LetterValue.Missing _ -> {}
        }
    }

    private void warn(String remark) {
        if (!options.quiet()) {
            tell(remark);
        }
    }

    private void tell(String line) {
        around.err().println(around.style(options.color()).alarming(Printable.line(line)));
        around.err().flush();
    }
}
