package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// P1, P2 and P3 across a `kill -9` of everything: what was acknowledged reaches a terminal reply,
/// and every provider call is charged exactly once.
class CrashTest {

    private static final int ANSWERED = 40;
    private static final int WAITING = 160;

    /// How many calls a worker makes at once, by default.
    private static final int WINDOW = 64;

    private static final String REPLIES = "replies.crash";

    @TempDir Path folder;

    @Test
    @Timeout(240)
    void two_hundred_acknowledged_requests_survive_a_kill_and_every_call_is_charged_once()
            throws Exception {
        try (SimulatedModelServer model =
                        SimulatedModelServer.start(SimulatedBehaviour.immediate());
                RunningMillrace first = RunningMillrace.before(model, folder)) {
            Set<UUID> sent = ConcurrentHashMap.newKeySet();

            // Given 200 requests on the log: some answered, a window of them being answered, so
            // that no attempt has started without its call, and the rest waiting
            KafkaLog log = first.log();
            try (Admin admin = log.admin()) {
                admin.createTopics(List.of(new NewTopic(REPLIES, 1, (short) 1))).all().get();
            }
            send(log, sent, ANSWERED);
            await().atMost(Duration.ofSeconds(60)).until(() -> model.counts().calls() == ANSWERED);
            model.behave(
                    SimulatedBehaviour.immediate().withFirstTokenLatency(Duration.ofMinutes(5)));
            send(log, sent, WAITING);
            await().atMost(Duration.ofSeconds(60)).until(() -> model.counts().inFlight() == WINDOW);

            // When the process is killed and started again
            first.kill();
            model.behave(SimulatedBehaviour.immediate());
            try (RunningMillrace second = first.again();
                    LogReader<Reply> replies =
                            new LogReader<>(log, CallerRecords.replies(REPLIES));
                    LogReader<Attempt> attempts = new LogReader<>(log, log.topics().attempts());
                    LogReader<Charge> charges = new LogReader<>(log, log.topics().charges())) {

                // Then every request reaches a terminal reply
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> answered(replies).containsAll(sent));
                assertThat(answered(replies)).isEqualTo(sent);

                // And every provider call has one charge, the killed ones as abandoned
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> {
                            int calls = (int) model.counts().calls();
                            assertThat(started(attempts)).as("attempts started").hasSize(calls);
                            assertThat(charges.values()).as("charges").hasSize(calls);
                        });
                List<UUID> charged = charges.values().stream().map(Charge::getAttemptId).toList();
                assertThat(charged)
                        .doesNotHaveDuplicates()
                        .containsExactlyInAnyOrderElementsOf(started(attempts));
                assertThat(charges.values())
                        .filteredOn(charge -> charge.getOutcome() == AttemptOutcome.COMPLETED)
                        .extracting(Charge::getRequestId)
                        .containsAll(sent);
                assertThat(charges.values())
                        .filteredOn(charge -> charge.getOutcome() == AttemptOutcome.ABANDONED)
                        .as("calls that the kill cut off")
                        .isNotEmpty();
                assertThat(second.output()).doesNotContain("ERROR");
            }
        }
    }

    private static Set<UUID> started(LogReader<Attempt> attempts) {
        return attempts.values().stream()
                .filter(attempt -> attempt.getPhase() == AttemptPhase.STARTED)
                .map(Attempt::getAttemptId)
                .collect(Collectors.toSet());
    }

    private static Set<UUID> answered(LogReader<Reply> replies) {
        return replies.values().stream()
                .filter(reply -> reply.getKind() == ReplyKind.COMPLETED)
                .map(Reply::getRequestId)
                .collect(Collectors.toSet());
    }

    private static void send(KafkaLog log, Set<UUID> sent, int count) throws Exception {
        try (Producer<String, byte[]> producer = log.producer("crash-test", Map.of())) {
            for (int i = 0; i < count; i++) {
                InferenceRequest request = CallerRecords.question();
                producer.send(CallerRecords.record(log, null, request, REPLIES)).get();
                sent.add(request.getRequestId());
            }
        }
    }
}
