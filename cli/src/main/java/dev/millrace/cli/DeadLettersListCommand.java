package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `millrace dead-letters list`.
@Command(
        name = "list",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Lists the records that nobody could handle, the newest last, without their",
            "contents. Those that were redriven or dropped are left out."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace dead-letters list",
            "  millrace dead-letters list --stage worker --since 24h",
            "  millrace dead-letters list --all --json | jq '.data[].reason'",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class DeadLettersListCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private LetterFilter filter = new LetterFilter();

    @Option(names = "--all", description = "Those that were redriven or dropped, too.")
    private boolean all;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    DeadLettersListCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        LetterIndex index;
        try (DeadLetterTopic topic = DeadLetterTopic.open(target.access(around))) {
            index = topic.index();
        }
        List<LetterEntry> letters =
                filter.of(index.entries(), around.clock()).stream()
                        .filter(letter -> all || letter.isOpen())
                        .toList();
        if (json) {
            around.out().println(json(letters));
        } else if (!letters.isEmpty()) {
            table(letters).print(around.out(), around.style(options.color()));
        }
        around.out().flush();
        if (!options.quiet()) {
            remark(letters, index.unreadable());
            around.err().flush();
        }
        return ExitCode.OK;
    }

    private Table table(List<LetterEntry> letters) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.right("ID"));
        columns.add(Column.right("AGE"));
        if (all) {
            columns.add(Column.left("STATE"));
        }
        columns.add(Column.left("STAGE"));
        columns.add(Column.left("TOPIC"));
        columns.add(Column.left("TENANT"));
        columns.add(Column.left("REASON"));
        Table table = new Table(columns);
        for (LetterEntry letter : letters) {
            List<String> cells = new ArrayList<>();
            cells.add(Long.toString(letter.id()));
            cells.add(TimeSpan.age(Duration.between(letter.failedAt(), around.clock().instant())));
            if (all) {
                cells.add(letter.state());
            }
            cells.add(letter.stage());
            cells.add(letter.place().topic());
            cells.add(letter.tenant());
            cells.add(letter.reason());
            table.row(cells);
        }
        return table;
    }

    private void remark(List<LetterEntry> letters, int unreadable) {
        Style style = around.style(options.color());
        if (letters.isEmpty() && !json) {
            boolean some = all || filter.isSet();
            around.err().println(some ? "No such dead letters." : "No open dead letters.");
        }
        if (unreadable > 0) {
            around.err()
                    .println(
                            style.alarming(
                                    "records that cannot be read as dead letters: " + unreadable));
        }
    }

    private static String json(List<LetterEntry> letters) {
        ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (LetterEntry letter : letters) {
            LetterResolution resolution = letter.resolution();
            LetterPlace place = letter.place();
            data.addObject()
                    .put("id", letter.id())
                    .put("failed_at", letter.failedAt().toString())
                    .put("stage", letter.stage())
                    .put("reason", letter.reason())
                    .put("topic", place.topic())
                    .put("partition", place.partition())
                    .put("offset", place.offset())
                    .put("tenant", known(letter.tenant()))
                    .put(
                            "request_id",
                            letter.requestId() == null ? null : letter.requestId().toString())
                    .put("instance", letter.instance())
                    .put("state", letter.state())
                    .put("resolved_at", resolution == null ? null : resolution.at().toString());
        }
        return Json.MAPPER.writeValueAsString(list);
    }

    private static @Nullable String known(String text) {
        return text.isEmpty() ? null : text;
    }
}
