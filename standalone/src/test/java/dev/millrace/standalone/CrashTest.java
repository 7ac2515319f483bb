package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
                SimulatedModelServer.start(SimulatedBehaviour.immediate())) {
            Path config = Files.writeString(folder.resolve("millrace.yaml"), configuration(model));
            Path data = folder.resolve("data");
            Set<UUID> sent = ConcurrentHashMap.newKeySet();

            // Given 200 requests on the log: some answered, a window of them being answered, so
            // that
            // no attempt has started without its call, and the rest waiting
            RunningMillrace first = RunningMillrace.start(data, "--config", config.toString());
            KafkaLog log = log(first);
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
            try (RunningMillrace second =
                            RunningMillrace.start(
                                    data,
                                    first.port(),
                                    first.kafkaPort(),
                                    "--config",
                                    config.toString());
                    LogReader<Reply> replies =
                            new LogReader<>(
                                    log,
                                    new Topic<>(REPLIES, Reply.class, 1, (short) 1, Map.of()));
                    LogReader<Attempt> attempts = new LogReader<>(log, log.topics().attempts());
                    LogReader<Charge> charges = new LogReader<>(log, log.topics().charges())) {

                // Then every request reaches a terminal reply
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> answered(replies).containsAll(sent));
                assertThat(answered(replies)).isEqualTo(sent);

                // And every provider call has one charge, the killed ones as abandoned
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() ->
                                assertThat(charges.values())
                                        .as(
                                                "charges of %d calls, %d attempts started",
                                                model.counts().calls(), started(attempts).size())
                                        .hasSize((int) model.counts().calls()));
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
        String topic = log.topics().inferenceRequests().name();
        try (Producer<String, byte[]> producer = log.producer("crash-test", Map.of())) {
            for (int i = 0; i < count; i++) {
                InferenceRequest request =
                        InferenceRequest.newBuilder()
                                .setRequestId(UUID.randomUUID())
                                .setOperation(Operation.CHAT_COMPLETION)
                                .setBody(
                                        ByteBuffer.wrap(
                                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                                                        .getBytes(StandardCharsets.UTF_8)))
                                .setCreatedAt(Instant.now())
                                .build();
                ProducerRecord<String, byte[]> record =
                        new ProducerRecord<>(
                                topic,
                                "default",
                                log.serdes().serializer().serialize(topic, request));
                record.headers().add("kafka_replyTopic", REPLIES.getBytes(StandardCharsets.UTF_8));
                producer.send(record).get();
                sent.add(request.getRequestId());
            }
        }
    }

    private static KafkaLog log(RunningMillrace millrace) {
        return new KafkaLog(
                Map.of("bootstrap.servers", millrace.bootstrapServers()),
                new Topics(TopicLayout.embedded(LogConnection.MAX_PARTITION_BYTES)),
                RecordSerdes.builtIn());
    }

    private static String configuration(SimulatedModelServer model) {
        return """
        providers:
          - { name: upstream, kind: openai-compatible, base-url: "%s" }
        prices:
          - { provider: upstream, model: "*", input: 1.5, output: 6 }
        defaults: { provider: upstream }
        """
                .formatted(model.baseUrl());
    }
}
