package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.provider.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A model that is not loaded may take longer until its first content.
class ColdModelsTest {
    private static final Duration MOMENT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Timeouts HASTY = new Timeouts(LONG, MOMENT, LONG, MOMENT, LONG);

    @ParameterizedTest
    @CsvSource({
        "OLLAMA, /api/ps, ps.json, llama3.2, llava:7b",
        "LM_STUDIO, /api/v0/models, own-models.json, meta-llama-3.1-8b-instruct, qwen2-vl-7b-instruct",
        "LOCALAI, /system, system.json, my-llama-model, bge-m3",
        "LLAMA_CPP, /models, router-models.json, ggml-org/gemma-3-4b-it-GGUF:Q4_K_M, "
                + "ggml-org/Qwen3-8B-GGUF:Q8_0"
    })
    void a_call_to_it_outlives_one_to_a_model_that_is_loaded(
            ProviderKind kind, String path, String golden, String warm, String cold)
            throws Exception {
        CountDownLatch loaded = new CountDownLatch(1);
        try (FakeServer server = new FakeServer(kind, HASTY, null)) {
            server.answers(path, golden);
            var _ = server.ready();
            int before = server.asked().size();
            server.upstream()
                    .then(connection -> {
                        await().until(() -> loaded.getCount() == 0);
                        ScriptedUpstream.startStream(connection);
                        connection.chunk(
                                """
                                data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}

                                data: [DONE]

                                """
                                        .getBytes(UTF_8));
                        connection.write("0\r\n\r\n");
                        return true;
                    })
                    .thenHang();
            FutureTask<Outcome> toCold = new FutureTask<>(() -> server.call(cold));
            Thread.ofVirtual().start(toCold);
            await().until(() -> server.asked().size() > before);

            Outcome toWarm = server.call(warm);
            loaded.countDown();

            assertThat(toWarm).isInstanceOf(Outcome.TimedOut.class);
            assertThat(toCold.get()).isInstanceOf(Outcome.Completed.class);
        }
    }
}
