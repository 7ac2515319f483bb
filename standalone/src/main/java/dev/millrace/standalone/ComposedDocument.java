package dev.millrace.standalone;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.topics.KafkaLog;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// The configuration document that `up` publishes: the user's file as it is, or one composed of
/// what the environment offers.
///
/// @param yaml the document
/// @param configuration what it says
/// @param notes what the user should know about how it came about, a line each
record ComposedDocument(String yaml, Configuration configuration, List<String> notes) {

    /// The name of the simulated provider.
    static final String SIMULATED = "simulated";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// @param apiKey whether the variable holds the key itself; otherwise the SDK finds the
    ///   credential
    private record Credential(String variable, String provider, String kind, boolean apiKey) {}

    /// Azure's key is of no use without the resource's address.
    private static final String AZURE_KEY = "AZURE_OPENAI_API_KEY";

    private static final String CHOICE = "LLM_PROVIDER";

    private static final String AZURE_ENDPOINT = "AZURE_OPENAI_ENDPOINT";

    private static final List<Credential> CREDENTIALS =
            List.of(
                    new Credential("OPENAI_API_KEY", "openai", "openai", true),
                    new Credential("ANTHROPIC_API_KEY", "anthropic", "anthropic", true),
                    new Credential("GEMINI_API_KEY", "gemini", "gemini", true),
                    new Credential("GOOGLE_API_KEY", "gemini", "gemini", true),
                    new Credential("COHERE_API_KEY", "cohere", "cohere", true),
                    new Credential(AZURE_KEY, "azure-openai", "azure-openai", true),
                    new Credential("AWS_BEARER_TOKEN_BEDROCK", "bedrock", "bedrock", true),
                    new Credential("AWS_ACCESS_KEY_ID", "bedrock", "bedrock", false));

    ComposedDocument {
        notes = List.copyOf(notes);
    }

    /// Reads the user's document.
    ///
    /// @throws StartFailure naming everything that is wrong with it
    static ComposedDocument ofFile(Path file) {
        try {
            String yaml = Files.readString(file);
            return new ComposedDocument(yaml, ConfigurationDocument.parse(yaml), List.of());
        } catch (InvalidDocument e) {
            throw new StartFailure(
                    "the configuration is refused:\n"
                            + e.problems().stream()
                                    .map(problem -> "  " + file + ": " + problem)
                                    .collect(Collectors.joining("\n")),
                    e);
        } catch (NoSuchFileException e) {
            throw new StartFailure("there is no configuration file " + file, e);
        } catch (MalformedInputException e) {
            throw new StartFailure("the configuration file " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot read the configuration file " + file + ": " + e.getMessage(), e);
        }
    }

    /// Composes a document of the credentials in the environment, or of the simulated model where
    /// there is nothing else.
    ///
    /// @param simulated the simulated server's base URL; null where one is not wanted
    /// @throws StartFailure if `LLM_PROVIDER` names nothing that was found
    static ComposedDocument ofEnvironment(
            Map<String, String> environment, @Nullable String simulated) {
        List<String> notes = new ArrayList<>();
        StringBuilder yaml = new StringBuilder();
        if (simulated != null) {
            yaml.append("providers:\n");
            yaml.append(
                            "  - { name: "
                                    + SIMULATED
                                    + ", kind: openai-compatible, base-url: \""
                                    + simulated
                                    + "\",")
                    .append(" location: local, limits: { concurrency: 256 } }\n");
            yaml.append("prices:\n");
            yaml.append(
                            "  - { provider: "
                                    + SIMULATED
                                    + ", model: \"*\", input: 1, cached-input: 0.5, output: 4,")
                    .append(" per: 1000000, currency: SIMULATED }\n");
            yaml.append("defaults: { provider: " + SIMULATED + ", model: simulated-chat }\n");
        } else {
            List<String> providers = new ArrayList<>();
            for (Credential credential : found(environment)) {
                providers.add(entry(credential, environment));
                notes.add(
                        credential.variable()
                                + " found: requests to "
                                + credential.provider()
                                + " cost money");
            }
            Optional<String> chosen = chosen(environment);
            chosenServer(environment)
                    .ifPresent(kind ->
                            providers.add(
                                    "{ name: %1$s, kind: %1$s, location: local }"
                                            .formatted(kind.spelling())));
            yaml.append(providers.isEmpty() ? "providers: []\n" : "providers:\n");
            providers.forEach(one -> yaml.append("  - ").append(one).append('\n'));
            chosen.ifPresent(
                    name -> yaml.append("defaults: { provider: ").append(name).append(" }\n"));
        }
        if (isSet(environment, AZURE_KEY) && !isSet(environment, AZURE_ENDPOINT)) {
            notes.add(AZURE_KEY + " found, and no " + AZURE_ENDPOINT + " to use it at");
        }
        return new ComposedDocument(
                yaml.toString(), ConfigurationDocument.parse(yaml.toString()), notes);
    }

    /// Publishes it, unless it is what the log has already.
    ///
    /// @param author what publishes it
    /// @throws StartFailure if the log does not take it
    void publish(KafkaLog log, InstantSource clock, String author) throws InterruptedException {
        try (ConfigurationFollower follower = ConfigurationFollower.start(log)) {
            follower.caughtUp().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            new ConfigurationPublisher(log, clock).publish(yaml, follower.current(), author);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new StartFailure("cannot publish the configuration: " + e.getMessage(), e);
        }
    }

    private static String entry(Credential credential, Map<String, String> environment) {
        String address =
                credential.variable().equals(AZURE_KEY)
                        ? ", base-url: \"" + environment.get(AZURE_ENDPOINT) + "\""
                        : "";
        String key = credential.apiKey() ? ", api-key: \"${" + credential.variable() + "}\"" : "";
        return "{ name: "
                + credential.provider()
                + ", kind: "
                + credential.kind()
                + address
                + key
                + " }";
    }

    /// The provider that `LLM_PROVIDER` names.
    ///
    /// @throws StartFailure if it names nothing that was found, and no kind of server of one's own
    private static Optional<String> chosen(Map<String, String> environment) {
        if (!isSet(environment, CHOICE)) {
            return Optional.empty();
        }
        String chosen = environment.getOrDefault(CHOICE, "");
        boolean known =
                chosenServer(environment).isPresent()
                        || found(environment).stream()
                                .anyMatch(one -> one.provider().equals(chosen));
        if (!known) {
            throw new StartFailure(
                    CHOICE + " names '" + chosen + "', and no credential for it was found");
        }
        return Optional.of(chosen);
    }

    /// The kind of server of one's own that `LLM_PROVIDER` names; it needs no credential.
    private static Optional<ProviderKind> chosenServer(Map<String, String> environment) {
        return ProviderKind.of(environment.getOrDefault(CHOICE, ""))
                .filter(ProviderKind::selfHosted);
    }

    private static boolean isSet(Map<String, String> environment, String variable) {
        return !environment.getOrDefault(variable, "").isBlank();
    }

    /// Whether the environment holds a credential that Millrace can use, or names a server that
    /// needs none.
    static boolean namesProvider(Map<String, String> environment) {
        return !found(environment).isEmpty() || chosenServer(environment).isPresent();
    }

    /// The first credential of each provider that the environment holds.
    private static List<Credential> found(Map<String, String> environment) {
        Map<String, Credential> found = new LinkedHashMap<>();
        CREDENTIALS.stream()
                .filter(credential -> isSet(environment, credential.variable()))
                .filter(credential ->
                        !credential.variable().equals(AZURE_KEY)
                                || isSet(environment, AZURE_ENDPOINT))
                .forEach(credential -> found.putIfAbsent(credential.provider(), credential));
        return List.copyOf(found.values());
    }
}
