package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.simulated.SimulatedBehaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAwayTest extends WithWorkers {

    @TempDir private Path folder;
    private EmbeddedKafka broker;

    @Override
    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedKafka.start(folder, 0);
        super.start();
    }

    @Override
    TestLog newLog() throws InterruptedException {
        return new TestLog(broker.bootstrapServers(), Map.of());
    }

    @Override
    @AfterEach
    void stop() {
        super.stop();
        broker.close();
    }

    @Test
    void a_broker_that_goes_away_for_a_while_costs_nothing() throws Exception {
        model.behave(SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofSeconds(2)));
        List<InferenceRequest> requests = requests(100);
        try (Workers only = worker("only")) {
            requests.forEach(this::sendAnywhere);
            await().until(() -> model.counts().inFlight() > 0);

            whileBrokerIsAway(() ->
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> model.counts().inFlight() == 0));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(completed()).hasSize(100));
            await().atMost(Duration.ofSeconds(30)).until(only::isAlive);
        }
        assertThat(outcomes()).hasSize((int) model.counts().calls());
    }

    /// Stops the broker, does something while it is away, and starts it again where it was.
    private void whileBrokerIsAway(Runnable action) throws IOException {
        int port = broker.port();
        broker.close();
        action.run();
        broker = EmbeddedKafka.start(folder, port);
    }
}
