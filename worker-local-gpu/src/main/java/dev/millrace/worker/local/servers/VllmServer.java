package dev.millrace.worker.local.servers;

import dev.millrace.worker.http.ServerProbe;
import dev.millrace.worker.http.ServerQuestions;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import java.util.Set;

/// vLLM. Its list of models has the context's length; `/health` answers 503 when its engine has
/// died, while the list is still there; `/metrics` has a sample for each engine
/// (`vllm/v1/metrics`).
final class VllmServer implements ServerProbe {

    @Override
    public ProviderHealth look(
            List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException {
        if (NativeAnswer.refuses(questions.get("/health"))) {
            return new ProviderHealth.Down("the server says that its engine does not run");
        }
        Gauges gauges = NativeAnswer.gauges(questions.get("/metrics"));
        Double cache = gauges.largestShare("vllm:kv_cache_usage_perc");
        if (cache == null) {
            // Before version 0.10.
            cache = gauges.largestShare("vllm:gpu_cache_usage_perc");
        }
        return new ProviderHealth.Ready(
                listed,
                new ServerLoad(
                        gauges.sum("vllm:num_requests_running"),
                        gauges.sum("vllm:num_requests_waiting"),
                        null,
                        cache,
                        null));
    }
}
