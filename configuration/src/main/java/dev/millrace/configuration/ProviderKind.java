package dev.millrace.configuration;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What speaks at a provider's address.
public enum ProviderKind {
    /// OpenAI itself.
    OPENAI("https://api.openai.com/v1", Location.CLOUD),
    /// Anything else that speaks OpenAI's dialect.
    OPENAI_COMPATIBLE(null, Location.CLOUD),
    /// OpenAI's models on Azure, each a deployment of the account's.
    AZURE_OPENAI(null, Location.CLOUD),
    /// Anthropic's Messages API.
    ANTHROPIC("https://api.anthropic.com/v1", Location.CLOUD),
    /// Google's Gemini API, with an API key.
    GEMINI("https://generativelanguage.googleapis.com/v1beta", Location.CLOUD),
    /// Google's and Anthropic's models on Google Cloud.
    VERTEX_AI(null, Location.CLOUD),
    /// Cohere's API, second version.
    COHERE("https://api.cohere.com/v2", Location.CLOUD),
    /// AWS Bedrock through the AWS SDK.
    BEDROCK(null, Location.CLOUD),
    VLLM("http://127.0.0.1:8000/v1", Location.LOCAL),
    LLAMA_CPP("http://127.0.0.1:8080/v1", Location.LOCAL),
    OLLAMA("http://127.0.0.1:11434/v1", Location.LOCAL),
    LM_STUDIO("http://127.0.0.1:1234/v1", Location.LOCAL),
    LOCALAI("http://127.0.0.1:8080/v1", Location.LOCAL),
    HUGGING_FACE("http://127.0.0.1:8080/v1", Location.LOCAL);

    private final @Nullable URI defaultBaseUrl;
    private final Location usualLocation;

    ProviderKind(@Nullable String defaultBaseUrl, Location usualLocation) {
        this.defaultBaseUrl = defaultBaseUrl == null ? null : URI.create(defaultBaseUrl);
        this.usualLocation = usualLocation;
    }

    /// As the document spells it: `openai-compatible`.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Where it listens unless the document says otherwise; null where there is no usual place.
    public @Nullable URI defaultBaseUrl() {
        return defaultBaseUrl;
    }

    /// Whether the document has to say where it listens.
    public boolean needsBaseUrl() {
        return this == OPENAI_COMPATIBLE || this == AZURE_OPENAI;
    }

    /// Whether several servers may serve the same models as one provider.
    public boolean mayHaveReplicas() {
        return selfHosted() || this == OPENAI_COMPATIBLE;
    }

    /// Whether calls may be spread over several keys. The SDKs of the others bring their own.
    public boolean sharesKeys() {
        return this != BEDROCK && this != VERTEX_AI;
    }

    /// Whether the document has to say which project is meant.
    public boolean needsProject() {
        return this == VERTEX_AI;
    }

    /// Whether its models usually run on the users' own machines.
    public boolean selfHosted() {
        return usualLocation == Location.LOCAL;
    }

    /// Whether it loads a model when a call asks for it, and forgets it when none does.
    public boolean loadsOnDemand() {
        return this == OLLAMA || this == LM_STUDIO || this == LOCALAI;
    }

    /// Whether it can be told how long to keep a model that nobody calls.
    public boolean keepsModelsAlive() {
        return this == OLLAMA;
    }

    /// The kind of a spelling; empty for one that is not supported.
    public static Optional<ProviderKind> of(String spelling) {
        return Arrays.stream(values()).filter(kind -> kind.spelling().equals(spelling)).findFirst();
    }
}
