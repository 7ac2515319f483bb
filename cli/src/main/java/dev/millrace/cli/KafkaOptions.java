package dev.millrace.cli;

import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.EnvironmentSettings;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that talks to Kafka.
final class KafkaOptions {

    /// The end of such a command's help.
    static final String ENVIRONMENT_1 =
            "Other settings of Kafka's clients come from the environment, such as";

    static final String ENVIRONMENT_2 = "KAFKA_SECURITY_PROTOCOL=SASL_SSL for security.protocol.";

    private static final String DEFAULT_SERVERS = "127.0.0.1:9092";
    private static final String SERVERS = "bootstrap.servers";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description =
                    "Kafka's brokers. By default what KAFKA_BOOTSTRAP_SERVERS says, or "
                            + DEFAULT_SERVERS
                            + ".")
    private @Nullable String servers;

    /// The cluster that the options and the environment name.
    KafkaAccess access(Surroundings around) {
        KafkaLog log =
                new KafkaLog(
                        clientSettings(around),
                        new Topics(TopicLayout.cluster()),
                        RecordSerdes.configured(EnvironmentSettings.serdes(around.environment())));
        return new KafkaAccess(log, String.valueOf(log.clientSettings().get(SERVERS)));
    }

    private Map<String, Object> clientSettings(Surroundings around) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(SERVERS, DEFAULT_SERVERS);
        EnvironmentSettings.clients(around.environment())
                .forEach((setting, value) -> {
                    if (AdminClientConfig.configNames().contains(setting)) {
                        settings.put(setting, value);
                    }
                });
        if (servers != null) {
            settings.put(SERVERS, servers);
        }
        int patience = (int) KafkaAccess.PATIENCE.toMillis();
        settings.put("request.timeout.ms", patience);
        settings.put("default.api.timeout.ms", patience);
        return settings;
    }
}
