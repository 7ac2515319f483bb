package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `millrace topics`.
@Command(
        name = "topics",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Lists Millrace's topics with what is in them.",
            "RECORDS counts offsets: where a topic is compacted, fewer records are left."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace topics",
            "  millrace topics --bootstrap-servers kafka-1:9092,kafka-2:9092",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class TopicsCommand implements Callable<Integer> {

    private final Surroundings around;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    TopicsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        KafkaAccess kafka = target.access(around);
        Topics topics = kafka.log().topics();
        Map<String, TopicState> states;
        try (Admin admin = kafka.admin()) {
            states = new TopicSurvey(admin, kafka).take(topics.layout().prefix());
        }
        Set<String> names = new LinkedHashSet<>();
        topics.fixed().stream().map(Topic::name).forEach(names::add);
        names.addAll(states.keySet());
        print(names, states, new TopicPurposes(topics));
        return ExitCode.OK;
    }

    private void print(Set<String> names, Map<String, TopicState> states, TopicPurposes purposes) {
        Table table =
                new Table(
                        List.of(
                                Column.left("TOPIC"),
                                Column.right("PARTITIONS"),
                                Column.right("RECORDS"),
                                Column.left("KEPT"),
                                Column.left("HOLDS")));
        for (String name : names) {
            TopicState state = states.get(name);
            table.row(
                    state == null
                            ? List.of(name, "-", "-", "not created", purposes.of(name))
                            : List.of(
                                    name,
                                    Integer.toString(state.partitions()),
                                    Long.toString(state.records()),
                                    state.retention(),
                                    purposes.of(name)));
        }
        table.print(around.out(), around.style(options.color()));
        around.out().flush();
    }
}
