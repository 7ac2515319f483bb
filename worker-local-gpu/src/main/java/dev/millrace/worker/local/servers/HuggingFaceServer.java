package dev.millrace.worker.local.servers;

import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Hugging Face's text generation inference (`router/src/server.rs`), and `transformers serve`,
/// which has a list of models and nothing else.
///
/// `/info` has the longest prompt and answer together, and how many requests are let in, before
/// others are refused with 429; `/metrics` has the batch that is computed and those that wait for
/// it; `/health` is 503 when the model's process does not answer.
final class HuggingFaceServer implements ServerProbe {

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        if (NativeAnswer.refuses(questions.get("/health"))) {
            return new ProviderHealth.Down("the server says that it is not healthy");
        }
        JsonNode info = NativeAnswer.json(questions.get("/info"));
        if (!info.isObject()) {
            return new ProviderHealth.Ready(listed);
        }
        Gauges gauges = NativeAnswer.gauges(questions.get("/metrics"));
        Long window = NativeAnswer.positive(info.path("max_total_tokens"));
        return new ProviderHealth.Ready(
                window == null ? listed : listed.stream().map(one -> with(window, one)).toList(),
                ServerLoad.requests(
                        gauges.sum("tgi_batch_current_size"),
                        gauges.sum("tgi_queue_size"),
                        NativeAnswer.count(info.path("max_concurrent_requests"))));
    }

    private static ListedModel with(Long window, ListedModel model) {
        return new ListedModel(model.name(), window, model.capabilities());
    }
}
