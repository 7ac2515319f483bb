package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "Other settings of Kafka's clients come from the environment, such as",
            "KAFKA_SECURITY_PROTOCOL=SASL_SSL for security.protocol."
        })
final class TopicsCommand implements Callable<Integer> {

    private static final String DEFAULT_SERVERS = "127.0.0.1:9092";
    private static final String ENVIRONMENT_PREFIX = "KAFKA_";
    private static final String SERVERS = "bootstrap.servers";

    private final Surroundings around;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description =
                    "Kafka's brokers. By default what KAFKA_BOOTSTRAP_SERVERS says, or "
                            + DEFAULT_SERVERS
                            + ".")
    private @Nullable String servers;

    @Mixin private CommandOptions options = new CommandOptions();

    TopicsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        KafkaLog log =
                new KafkaLog(
                        clientSettings(),
                        new Topics(TopicLayout.cluster()),
                        RecordSerdes.builtIn());
        String prefix = log.topics().layout().prefix();
        String address = String.valueOf(log.clientSettings().get(SERVERS));
        Map<String, TopicState> states;
        try (Admin admin = open(log, address)) {
            states = new TopicSurvey(admin, address).take(prefix);
        }
        Set<String> names = new LinkedHashSet<>();
        log.topics().fixed().stream().map(Topic::name).forEach(names::add);
        names.addAll(states.keySet());
        print(names, states, new TopicPurposes(log.topics()));
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

    private static Admin open(KafkaLog log, String address) {
        try {
            return log.admin();
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            throw CommandFailure.usage(
                    "cannot connect to Kafka at "
                            + address
                            + ": "
                            + (cause == null ? e.getMessage() : cause.getMessage()));
        }
    }

    private Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(SERVERS, DEFAULT_SERVERS);
        around.environment()
                .forEach((name, value) -> {
                    if (name.startsWith(ENVIRONMENT_PREFIX) && !value.isBlank()) {
                        String setting =
                                name.substring(ENVIRONMENT_PREFIX.length())
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '.');
                        if (AdminClientConfig.configNames().contains(setting)) {
                            settings.put(setting, value);
                        }
                    }
                });
        if (servers != null) {
            settings.put(SERVERS, servers);
        }
        int patience = (int) TopicSurvey.PATIENCE.toMillis();
        settings.put("request.timeout.ms", patience);
        settings.put("default.api.timeout.ms", patience);
        return settings;
    }
}
