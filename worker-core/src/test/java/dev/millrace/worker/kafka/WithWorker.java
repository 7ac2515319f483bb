package dev.millrace.worker.kafka;

import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// Tests of one worker with one provider, a new one for each test on the log of the class.
abstract class WithWorker {
    static final String QUESTION =
            "{\"model\":\"asked\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    static final String STREAM_QUESTION =
            QUESTION.replace("{\"model\"", "{\"stream\":true,\"model\"");

    static TestLog log;

    SimulatedModelServer model;
    Workers workers;
    String provider;

    @BeforeAll
    static void createLog() throws InterruptedException {
        log = new TestLog(TestLog.CLOSES_AT_ONCE);
    }

    @AfterAll
    static void deleteLog() {
        log.close();
    }

    @BeforeEach
    void startWorker() throws IOException {
        model = SimulatedModelServer.start(SimulatedBehaviour.immediate());
        provider = "p" + UUID.randomUUID().toString().substring(0, 8);
        workers = log.workers(settings(), document(64));
    }

    @AfterEach
    void stopWorker() {
        workers.close();
        model.close();
    }

    /// Stops the worker and starts it with other settings or another document.
    void restart(TestSettings settings, String document) {
        workers.close();
        workers = log.workers(settings, document);
    }

    /// What runs when the worker stops is of no interest.
    TestSettings settings() {
        TestSettings settings = log.settings("w-" + provider);
        settings.drain = Duration.ofMillis(100);
        return settings;
    }

    String document(int concurrency) {
        return TestLog.document(provider, model, concurrency);
    }
}
