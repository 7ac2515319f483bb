package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentSettingsTest {

    @Test
    void names_are_spelt_as_kafka_spells_its_settings() {
        Map<String, String> environment =
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                        "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                        "KAFKA_CLIENT_ID", " ",
                        "MILLRACE_SERDE_APICURIO_REGISTRY_AUTO__REGISTER", "true",
                        "HOME", "/root");

        assertThat(EnvironmentSettings.clients(environment))
                .containsOnly(
                        Map.entry("bootstrap.servers", "kafka:9092"),
                        Map.entry("security.protocol", "SASL_SSL"));
        assertThat(EnvironmentSettings.serdes(environment))
                .containsOnly(Map.entry("apicurio.registry.auto-register", "true"));
    }
}
