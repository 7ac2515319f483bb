package dev.millrace.topics;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The settings of Kafka's clients, and of the records' serdes, that an environment holds.
/// `KAFKA_SECURITY_PROTOCOL=SASL_SSL` is `security.protocol=SASL_SSL`, and so on: every setting can
/// be given. Two underscores stand for a hyphen; blank values are left out.
public final class EnvironmentSettings {

    private static final String CLIENTS = "KAFKA_";
    private static final String SERDES = "MILLRACE_SERDE_";

    private EnvironmentSettings() {}

    /// What Kafka's clients are to be told, in a new map.
    public static Map<String, Object> clients(Map<String, String> environment) {
        return under(CLIENTS, environment);
    }

    /// What the serdes are to be told, in a new map.
    public static Map<String, Object> serdes(Map<String, String> environment) {
        return under(SERDES, environment);
    }

    private static Map<String, Object> under(String prefix, Map<String, String> environment) {
        Map<String, Object> settings = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix) && !value.isBlank()) {
                String setting = name.substring(prefix.length()).toLowerCase(Locale.ROOT);
                settings.put(setting.replace("__", "-").replace('_', '.'), value);
            }
        });
        return settings;
    }
}
