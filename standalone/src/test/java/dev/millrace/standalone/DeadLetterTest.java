package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.cli.MillraceCommand;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.topics.KafkaLog;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From outside: what cannot be handled becomes a dead letter while its partition moves on, and
/// `millrace dead-letters redrive` gives the caller its reply once the reason is mended.
@ResourceLock(SharedMillrace.LOCK)
class DeadLetterTest {

    private static final String WELL = "replies.well";
    private static final String MISSING = "replies.missing";
    private static final String TIGHT = "replies.tight";
    private static final String RECORD_SIZE = "max.message.bytes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static RunningMillrace millrace;
    private static KafkaLog log;
    private static Admin admin;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        millrace = SharedMillrace.running();
        log = millrace.log();
        admin = log.admin();
        producer = log.producer("caller", Map.of());
        createTopic(WELL, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        admin.close();
    }

    @Test
    @Timeout(240)
    void a_reply_that_its_topic_refused_is_paid_for_twice_and_delivered_once() throws Exception {
        // Given a caller whose topic is too tight for any reply, as is found out when the model is
        // paid; and a later request, which is answered
        createTopic(TIGHT, Map.of(RECORD_SIZE, "100"));
        UUID request = send(TIGHT);
        JsonNode letter = awaitLetter("worker.reply", request);
        assertThat(letter.get("reason").asString()).contains("too large");
        awaitReply(WELL, send(WELL));

        // When the topic takes replies, and the letter is redriven twice
        allow(TIGHT, "1000000");
        String id = letter.get("id").asString();
        assertThat(run("redrive", id)).isEqualTo(0);
        assertThat(run("redrive", id)).isEqualTo(1);

        // Then the caller has its reply once, and both attempts are charged to the one request
        awaitReply(TIGHT, request);
        try (LogReader<Attempt> attempts = new LogReader<>(log, log.topics().attempts());
                LogReader<Charge> charges = new LogReader<>(log, log.topics().charges());
                LogReader<Reply> replies = new LogReader<>(log, CallerRecords.replies(TIGHT))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(charges.values())
                                    .filteredOn(Charge::getRequestId, request)
                                    .extracting(Charge::getAttemptId)
                                    .doesNotHaveDuplicates()
                                    .hasSize(2));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(attempts.values())
                                    .filteredOn(Attempt::getRequestId, request)
                                    .filteredOn(Attempt::getPhase, AttemptPhase.ENDED)
                                    .extracting(Attempt::getDispatchId)
                                    .doesNotHaveDuplicates()
                                    .hasSize(2));
            await().atMost(PATIENCE).until(() -> !replies.values().isEmpty());
            assertThat(replies.values()).hasSize(1);
        }
        assertThat(open("worker.reply", request)).isEmpty();
    }

    @Test
    @Timeout(240)
    void a_caller_gets_its_reply_when_its_topic_is_there_and_garbage_comes_back() throws Exception {
        // Given, on one partition, garbage, a request whose reply topic does not exist, and one
        // that is answered
        Set<String> known = undecodable();
        String requests = log.topics().inferenceRequests().name();
        producer.send(new ProducerRecord<>(requests, "default", new byte[] {9, 9, 9})).get();
        UUID request = send(MISSING);
        awaitReply(WELL, send(WELL));
        String garbage = awaitUndecodable(known);
        String id = awaitLetter("worker.reply", request).get("id").asString();

        // When the topic is created and both are redriven
        createTopic(MISSING, Map.of());
        assertThat(run("redrive", garbage, id)).isEqualTo(0);

        // Then the caller has its reply, and the garbage is a dead letter again, a new one
        awaitReply(MISSING, request);
        known.add(garbage);
        assertThat(awaitUndecodable(known)).isNotNull();
        assertThat(undecodable()).doesNotContain(garbage);
        assertThat(open("worker.reply", request)).isEmpty();
    }

    private static UUID send(String replyTopic) throws Exception {
        InferenceRequest request = CallerRecords.question();
        producer.send(CallerRecords.record(log, null, request, replyTopic)).get();
        return request.getRequestId();
    }

    private static void awaitReply(String topic, UUID request) {
        try (LogReader<Reply> replies = new LogReader<>(log, CallerRecords.replies(topic))) {
            await().atMost(PATIENCE)
                    .until(() ->
                            replies.values().stream()
                                    .anyMatch(reply ->
                                            reply.getRequestId().equals(request)
                                                    && reply.getKind() == ReplyKind.COMPLETED));
        }
    }

    /// The ids of the open dead letters that the router could not decode, whoever sent them.
    private static Set<String> undecodable() {
        return open("router.decode", null).stream()
                .map(letter -> letter.get("id").asString())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// The id of one that is not known yet.
    private static String awaitUndecodable(Set<String> known) {
        return await().atMost(PATIENCE)
                .until(
                        () -> undecodable().stream().filter(id -> !known.contains(id)).toList(),
                        ids -> !ids.isEmpty())
                .getFirst();
    }

    private static JsonNode awaitLetter(String stage, UUID request) {
        return await().atMost(PATIENCE)
                .until(() -> open(stage, request), letters -> !letters.isEmpty())
                .getFirst();
    }

    /// The open dead letters of a stage and a request, as the command lists them.
    private static List<JsonNode> open(String stage, @Nullable UUID request) {
        StringWriter out = new StringWriter();
        assertThat(run(out, "list", "--json", "--stage", stage)).isEqualTo(0);
        List<JsonNode> letters = new ArrayList<>();
        for (JsonNode letter : JsonMapper.shared().readTree(out.toString()).get("data")) {
            String id = letter.get("request_id").asString("");
            if (id.equals(request == null ? "" : request.toString())) {
                letters.add(letter);
            }
        }
        return letters;
    }

    private static int run(String... arguments) {
        return run(new StringWriter(), arguments);
    }

    private static int run(StringWriter out, String... arguments) {
        PrintWriter writer = new PrintWriter(out);
        return MillraceCommand.commandLine(
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", millrace.bootstrapServers()),
                        writer,
                        writer,
                        InputStream.nullInputStream())
                .execute(
                        Stream.concat(Stream.of("dead-letters"), Arrays.stream(arguments))
                                .toArray(String[]::new));
    }

    private static void createTopic(String name, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(configs))).all().get();
    }

    private static void allow(String topic, String recordBytes) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp set =
                new AlterConfigOp(
                        new ConfigEntry(RECORD_SIZE, recordBytes), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }
}
