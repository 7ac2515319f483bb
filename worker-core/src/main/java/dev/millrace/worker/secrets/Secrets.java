package dev.millrace.worker.secrets;

import dev.millrace.configuration.SecretReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Resolves references to secrets: an environment variable, or a file without its last line feed.
public final class Secrets {
    private final Map<String, String> environment;

    /// @param environment the variables, as [System#getenv()] has them
    public Secrets(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// The secret.
    ///
    /// @throws SecretMissing if the variable is not set or empty, or the file cannot be read
    public String resolve(SecretReference reference) throws SecretMissing {
        return reference.inFile() ? file(reference.target()) : variable(reference.target());
    }

    /// The text itself, or the secret if the text is a reference to one.
    ///
    /// @throws SecretMissing as [#resolve] does
    public String valueOf(String text) throws SecretMissing {
        return SecretReference.isReference(text) ? resolve(new SecretReference(text)) : text;
    }

    private String variable(String name) throws SecretMissing {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new SecretMissing("the environment variable " + name + " is not set");
        }
        return value.strip();
    }

    private static String file(String path) throws SecretMissing {
        try {
            String value = Files.readString(Path.of(path), StandardCharsets.UTF_8).strip();
            if (value.isEmpty()) {
                throw new SecretMissing("the secret file " + path + " is empty");
            }
            return value;
        } catch (IOException _) {
            throw new SecretMissing("the secret file " + path + " cannot be read");
        }
    }
}
