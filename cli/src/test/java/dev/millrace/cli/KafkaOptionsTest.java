package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.topics.KafkaLog;
import org.junit.jupiter.api.Test;

/// What the environment says about Kafka, and what a command makes of it: the same as the services.
class KafkaOptionsTest {

    @Test
    void one_underscore_stands_for_a_dot_and_two_for_a_hyphen() {
        KafkaLog log =
                log(
                        new Shell()
                                .with("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
                                .with("KAFKA_SASL_LOGIN_CALLBACK_HANDLER_CLASS", "Login")
                                .with("MILLRACE_SERDE_SCHEMA_REGISTRY_URL", "http://registry")
                                .with("MILLRACE_SERDE_APICURIO_REGISTRY_FIND__LATEST", "true"));

        assertThat(log.clientSettings())
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("sasl.login.callback.handler.class", "Login");
        assertThat(log.serdes().clientSettings())
                .containsEntry("schema.registry.url", "http://registry")
                .containsEntry("apicurio.registry.find-latest", "true");
    }

    @Test
    void what_is_blank_or_no_clients_setting_is_passed_over() {
        KafkaLog log =
                log(new Shell().with("KAFKA_HEAP_OPTS", "-Xmx1g").with("KAFKA_CLIENT_ID", " "));

        assertThat(log.clientSettings())
                .containsOnlyKeys(
                        "bootstrap.servers", "request.timeout.ms", "default.api.timeout.ms");
    }

    private static KafkaLog log(Shell shell) {
        return new KafkaOptions().access(shell.surroundings()).log();
    }
}
