package dev.millrace.worker.kafka;

import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// Tests of one worker whose model says what the test wants, asked for JSON by a schema.
abstract class WithScriptedModel {
    static final String STRICT = request("\"strict\":true,");
    static final String LENIENT = request("");
    static final String GOOD = "{\"n\":1}";

    static TestLog log;
    private static int providers;

    ScriptedModel model;
    String provider;
    private @Nullable Workers workers;

    @BeforeAll
    static void createLog() throws InterruptedException {
        log = new TestLog(TestLog.CLOSES_AT_ONCE);
    }

    @AfterAll
    static void deleteLog() {
        log.close();
    }

    @BeforeEach
    void startModel() throws Exception {
        model = new ScriptedModel();
        provider = "json" + ++providers;
    }

    @AfterEach
    void stop() {
        if (workers != null) {
            workers.close();
        }
        model.close();
    }

    /// Starts the worker.
    ///
    /// @param defaults of the document
    /// @param members of the provider, each after a comma
    void start(String defaults, String members) {
        TestSettings settings = log.settings("w-" + provider);
        settings.drain = Duration.ofMillis(100);
        workers =
                log.workers(
                        settings,
                        """
                        providers: [ { name: %s, kind: openai-compatible, base-url: "%s"%s } ]
                        defaults: { %s }
                        """
                                .formatted(provider, model.baseUrl(), members, defaults));
    }

    InferenceRequest send(String body) {
        InferenceRequest request = TestLog.request(body).build();
        log.send(dispatch(request).build());
        return request;
    }

    Dispatch.Builder dispatch(InferenceRequest request) {
        return TestLog.dispatch(provider, request, false);
    }

    static Reply awaitTerminal(InferenceRequest request) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                log.replies(request.getRequestId()).stream()
                                        .filter(reply -> reply.getKind() != ReplyKind.CHUNK)
                                        .findFirst()
                                        .orElse(null),
                        reply -> reply != null);
    }

    static List<AttemptOutcome> outcomes(InferenceRequest request) {
        return log.attempts(request).stream()
                .filter(attempt -> attempt.getPhase() == AttemptPhase.ENDED)
                .map(Attempt::getOutcome)
                .toList();
    }

    static String text(Reply reply) {
        return StandardCharsets.UTF_8.decode(reply.getBody().duplicate()).toString();
    }

    private static String request(String strict) {
        return """
        {"model":"asked","messages":[{"role":"user","content":"Hi"}],
         "response_format":{"type":"json_schema","json_schema":{"name":"n",%s"schema":
          {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}}}\
        """
                .formatted(strict);
    }
}
