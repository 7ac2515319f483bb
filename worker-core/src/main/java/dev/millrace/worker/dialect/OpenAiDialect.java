package dev.millrace.worker.dialect;

import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.http.UpstreamError;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// OpenAI's own dialect, and that of everything which follows it. Thread-safe.
///
/// @param headers of every request
/// @param mayNotList whether an upstream without a list of models may be ready all the same
public record OpenAiDialect(Map<String, String> headers, boolean mayNotList) implements Dialect {

    public OpenAiDialect {
        headers = Map.copyOf(headers);
    }

    /// The dialect of a configured provider: with the headers of its organisation and its project.
    public static OpenAiDialect of(
            dev.millrace.configuration.Provider configured, boolean mayNotList) {
        Map<String, String> headers = new HashMap<>();
        if (configured.account().organization() != null) {
            headers.put("openai-organization", configured.account().organization());
        }
        if (configured.account().project() != null) {
            headers.put("openai-project", configured.account().project());
        }
        return new OpenAiDialect(headers, mayNotList);
    }

    @Override
    public Map<String, String> credential(String key) {
        return Map.of("authorization", "Bearer " + key);
    }

    @Override
    public Exchange exchange(Call call, Instant created) throws Unmappable {
        return OpenAiExchange.of(call, path(call.operation()));
    }

    /// Where an operation is, below the base URL.
    public static String path(Operation operation) {
        return switch (operation) {
            case CHAT_COMPLETION -> "/chat/completions";
            case EMBEDDING -> "/embeddings";
        };
    }

    @Override
    public Optional<UpstreamError> error(byte[] body) {
        return ErrorBody.read(body);
    }

    @Override
    public String modelsPath() {
        return "/models";
    }

    @Override
    public Optional<List<ListedModel>> models(byte[] body) {
        return ModelList.read(body);
    }
}
