package dev.millrace.worker.kafka;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Tests that start and stop workers of one provider, each on a log of its own.
abstract class WithWorkers {
    static final String PROVIDER = "model";

    TestLog log;
    SimulatedModelServer model;
    String document;

    @BeforeEach
    void start() throws Exception {
        log = newLog();
        model = SimulatedModelServer.start(SimulatedBehaviour.immediate());
        document = document(64);
    }

    @AfterEach
    void stop() {
        model.close();
        log.close();
    }

    /// The workers' clients are set as they are in production: who finds out first that a partition
    /// has a new owner is a matter of milliseconds.
    TestLog newLog() throws InterruptedException {
        return new TestLog(Map.of());
    }

    String document(int concurrency) {
        return TestLog.document(PROVIDER, model, concurrency);
    }

    Workers worker(String instance) {
        return log.workers(log.settings(instance), document);
    }

    /// The workers' consumer group.
    String group() {
        return TestLog.groupPrefix(log.topics()) + PROVIDER;
    }

    List<AttemptOutcome> outcomes() {
        return log.read(log.topics().attempts()).stream()
                .filter(attempt -> attempt.getPhase() == AttemptPhase.ENDED)
                .map(Attempt::getOutcome)
                .toList();
    }

    static List<InferenceRequest> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> {
                    String marker = UUID.randomUUID().toString();
                    return TestLog.request(
                                    "{\"user\":\""
                                            + marker
                                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                            .setCustomId(marker)
                            .build();
                })
                .toList();
    }

    /// To one partition, in order.
    void send(InferenceRequest request) {
        write(TestLog.dispatch(PROVIDER, request, false).build(), 0);
    }

    /// The first to one partition, the second to the other.
    void sendToBoth(List<InferenceRequest> requests) {
        for (int partition = 0; partition < 2; partition++) {
            write(TestLog.dispatch(PROVIDER, requests.get(partition), false).build(), partition);
        }
    }

    void write(Dispatch dispatch, int partition) {
        log.write(
                new ProducerRecord<>(
                        log.topics().dispatches(PROVIDER, Lane.INTERACTIVE).name(),
                        partition,
                        "key",
                        log.bytes(dispatch)));
    }

    void sendAnywhere(InferenceRequest request) {
        log.send(TestLog.dispatch(PROVIDER, request, false).build());
    }

    Set<UUID> completed() {
        return log.read(log.topics().replies()).stream()
                .filter(reply -> reply.getKind() == ReplyKind.COMPLETED)
                .map(Reply::getRequestId)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
