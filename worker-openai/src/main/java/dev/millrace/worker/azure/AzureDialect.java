package dev.millrace.worker.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.azure.identity.DefaultAzureCredentialBuilder;
import dev.millrace.worker.canonical.Bodies;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.dialect.ErrorBody;
import dev.millrace.worker.dialect.OpenAiExchange;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.Tokens;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Azure's dialect: OpenAI's form goes through as it is, on one of two surfaces. The dated one has
/// the deployment in the path and wants an `api-version`; the newer one, `v1`, has the deployment
/// for a model in the body. Thread-safe.
public final class AzureDialect implements Dialect {
    /// The latest dated version that is generally available:
    /// <https://learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle>.
    static final String USUAL_VERSION = "2024-10-21";

    private static final String V1 = "v1";
    private static final String PREFIX = "/openai";
    private static final String V1_PREFIX = "/openai/v1";

    /// Azure says so in words where it leaves the header out.
    private static final Pattern RETRY_AFTER = Pattern.compile("retry after (\\d{1,6}) seconds?");

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final boolean v1;
    private final String query;
    private final @Nullable Tokens tokens;

    /// @param baseUrl as configured: the resource's, or with `/openai` or `/openai/v1`
    /// @param apiVersion as configured; null for the usual one
    /// @param tokens in place of a key; null where the configured headers carry the credential
    AzureDialect(URI baseUrl, @Nullable String apiVersion, @Nullable Tokens tokens) {
        this.v1 = V1.equals(apiVersion) || baseUrl.toString().endsWith(V1_PREFIX);
        String version = apiVersion == null && !v1 ? USUAL_VERSION : apiVersion;
        this.query =
                version == null || version.equals(V1) ? "" : "?api-version=" + encoded(version);
        this.tokens = tokens;
    }

    /// The dialect of a configured provider. Without a key, Entra ID gives out tokens, unless the
    /// configured headers carry a credential.
    ///
    /// @param clock tells when a token expires
    public static AzureDialect of(
            dev.millrace.configuration.Provider configured, InstantSource clock) {
        boolean headed =
                configured.headers().keySet().stream()
                        .anyMatch(name ->
                                name.equalsIgnoreCase("api-key")
                                        || name.equalsIgnoreCase("authorization"));
        return new AzureDialect(
                Objects.requireNonNull(configured.baseUrl(), "base URL"),
                configured.account().apiVersion(),
                headed
                        ? null
                        : new EntraTokens(
                                () -> new DefaultAzureCredentialBuilder().build(), clock));
    }

    @Override
    public URI root(URI baseUrl) {
        String base = baseUrl.toString();
        for (String prefix : new String[] {V1_PREFIX, PREFIX}) {
            if (base.endsWith(prefix)) {
                return URI.create(base.substring(0, base.length() - prefix.length()));
            }
        }
        return baseUrl;
    }

    @Override
    public Map<String, String> credential(String key) {
        return Map.of("api-key", key);
    }

    @Override
    public @Nullable Tokens tokens(@Nullable String key) {
        return key == null ? tokens : null;
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        String operation =
                switch (call.operation()) {
                    case CHAT_COMPLETION -> "/chat/completions";
                    case EMBEDDING -> "/embeddings";
                };
        return OpenAiExchange.of(
                call,
                v1
                        ? V1_PREFIX + operation + query
                        : PREFIX + "/deployments/" + encoded(call.model()) + operation + query);
    }

    /// OpenAI's errors in OpenAI's words: Azure's code is often the status once more, a deployment
    /// that is not there has a code of its own, and why content was filtered may only stand in
    /// `innererror`.
    @Override
    public Optional<UpstreamError> error(byte[] body) {
        JsonNode root = Bodies.tree(body);
        if (root != null && root.has("statusCode")) {
            return Optional.ofNullable(Bodies.text(root, "message")).map(UpstreamError::new);
        }
        String inner =
                root == null ? null : Bodies.text(root.path("error").path("innererror"), "code");
        return ErrorBody.read(body)
                .map(error ->
                        new UpstreamError(
                                error.message(),
                                error.type(),
                                code(error.code(), inner),
                                error.param(),
                                retryAfter(error.message())));
    }

    @Override
    public String modelsPath() {
        return (v1 ? V1_PREFIX : PREFIX) + "/models" + query;
    }

    /// None: Azure lists the models that could be deployed, and those that are under the name of a
    /// deployment only to its administrators. Deployments are reached by the targets of the
    /// configuration, or by their own names.
    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        JsonNode list = Bodies.tree(body);
        return list != null && list.path("data").isArray()
                ? Optional.of(List.of())
                : Optional.empty();
    }

    @Override
    public boolean mayNotList() {
        return true;
    }

    @Override
    public String requestIdHeader() {
        return "apim-request-id";
    }

    private static @Nullable String code(@Nullable String code, @Nullable String inner) {
        if ("ResponsibleAIPolicyViolation".equals(inner)) {
            return "content_filter";
        }
        if ("DeploymentNotFound".equals(code)) {
            return "model_not_found";
        }
        return code != null && code.matches("\\d{3}") ? null : code;
    }

    private static @Nullable Duration retryAfter(String message) {
        Matcher said = RETRY_AFTER.matcher(message);
        if (!said.find()) {
            return null;
        }
        Duration after = Duration.ofSeconds(Long.parseLong(said.group(1)));
        return after.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : after;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
