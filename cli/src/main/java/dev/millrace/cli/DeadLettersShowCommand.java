package dev.millrace.cli;

import dev.millrace.cli.DeadLetterTopic.Letter;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.ReplyAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace dead-letters show`.
@Command(
        name = "show",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Shows one of the records that nobody could handle: everything but its content,",
            "which may be a prompt."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace dead-letters show 7",
            "  millrace dead-letters show 7 --value",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class DeadLettersShowCommand implements Callable<Integer> {

    private static final int LABEL = 10;

    private final Surroundings around;

    @Parameters(paramLabel = "ID", description = "As the list has it.")
    private long id;

    @Option(
            names = "--value",
            description = "Print the content, too: as JSON where it can be decoded, else in hex.")
    private boolean withValue;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    DeadLettersShowCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        LetterEntry entry;
        Letter letter;
        try (DeadLetterTopic topic = DeadLetterTopic.open(target.access(around))) {
            entry = topic.index().get(id);
            letter = topic.read(entry.id());
        }
        Style style = around.style(options.color());
        facts(entry, letter)
                .forEach((label, fact) ->
                        around.out()
                                .println(
                                        style.bold(label)
                                                + " ".repeat(LABEL - label.length())
                                                + Printable.line(fact)));
        if (withValue) {
            around.out().println();
            around.out().println(Printable.text(content(letter)));
        }
        around.out().flush();
        return ExitCode.OK;
    }

    private Map<String, String> facts(LetterEntry entry, Letter letter) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("id", Long.toString(entry.id()));
        facts.put("state", state(entry));
        facts.put("stage", entry.stage());
        facts.put("reason", entry.reason());
        facts.put("failed", ago(entry.failedAt()) + ", at " + entry.instance());
        facts.put("stood at", entry.place() + ", since " + entry.place().timestamp());
        facts.put("key", LetterHeaders.key(letter.record()));
        facts.put(
                "headers",
                letter.record().getHeaders().stream()
                        .map(LetterHeaders::phrase)
                        .collect(Collectors.joining(", ")));
        ByteBuffer value = letter.record().getValue();
        facts.put(
                "value",
                letter.value().type() + (value == null ? "" : ", " + value.remaining() + " bytes"));
        facts.put("tenant", entry.tenant());
        if (letter.value() instanceof LetterValue.OfRequest request) {
            addRequest(request, facts);
        }
        facts.values().removeIf(String::isEmpty);
        return facts;
    }

    private static void addRequest(LetterValue.OfRequest value, Map<String, String> facts) {
        InferenceRequest request = value.request();
        String requestId = request.getRequestId().toString();
        facts.put("request", requestId);
        facts.put(
                "asks",
                request.getOperation()
                        + ", "
                        + request.getLane()
                        + ", created "
                        + request.getCreatedAt());
        Instant deadline = value.deadline();
        facts.put("deadline", deadline == null ? "by default" : deadline.toString());
        ReplyAddress replyTo = value.replyTo();
        facts.put("reply to", replyTo == null ? "" : replyTo.getTopic());
        facts.put(
                "labels",
                request.getLabels().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        facts.put("redriven", request.getRedrive() == 0 ? "" : request.getRedrive() + " times");
        facts.put(
                "costs",
                "under the request's id on llm.attempts and llm.charges"
                        + (value.calls() == 0 ? "" : "; calls before this: " + value.calls()));
    }

    private String state(LetterEntry entry) {
        LetterResolution resolution = entry.resolution();
        return resolution == null ? entry.state() : entry.state() + " " + ago(resolution.at());
    }

    private String ago(Instant time) {
        return TimeSpan.age(Duration.between(time, around.clock().instant()))
                + " ago ("
                + time
                + ")";
    }

    private static String content(Letter letter) {
        return switch (letter.value()) {
            case LetterValue.OfRequest of -> ValueJson.of(of.record());
            case LetterValue.Other(var record) -> ValueJson.of(record);
            case LetterValue.Undecodable _ ->
                    ValueJson.of(
                            LetterValues.bytes(Objects.requireNonNull(letter.record().getValue())));
            case LetterValue.Missing _ ->
                    throw CommandFailure.of("the content is not in dead letter " + letter.id());
        };
    }
}
