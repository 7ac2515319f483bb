package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.cli.MillraceCommand;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// P3 from outside: a thousand mixed requests, and the costs that are read over HTTP equal the
/// charges on the log to the last digit, before and after a restart.
class LedgerTest {

    private static final int REQUESTS = 1_000;
    private static final List<String> BODIES =
            List.of(
                    "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                    "{\"model\":\"b\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true}",
                    "{\"model\":\"c\",\"messages\":[{\"role\":\"user\",\"content\":\"Yo\"}],\"max_tokens\":7}",
                    "{\"model\":\"d\",\"input\":\"some words to embed\"}");

    @TempDir Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.shared();

    @Test
    @Timeout(240)
    void a_thousand_requests_are_a_thousand_attempts_and_the_costs_are_the_sum_of_the_charges()
            throws Exception {
        try (SimulatedModelServer model =
                        SimulatedModelServer.start(SimulatedBehaviour.immediate());
                RunningMillrace millrace = RunningMillrace.before(model, folder)) {
            KafkaLog log = millrace.log();

            // When a thousand mixed requests are sent, 32 at a time
            sendAll(millrace);

            BigDecimal total;
            // Then the log has each attempt once, started and ended, and one charge for each
            try (LogReader<Attempt> attempts = new LogReader<>(log, log.topics().attempts());
                    LogReader<Charge> charges = new LogReader<>(log, log.topics().charges())) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                charges.values().size() >= REQUESTS
                                        && phases(attempts, AttemptPhase.ENDED) >= REQUESTS);
                assertThat(phases(attempts, AttemptPhase.STARTED)).isEqualTo(REQUESTS);
                assertThat(phases(attempts, AttemptPhase.ENDED)).isEqualTo(REQUESTS);
                assertThat(charges.values()).hasSize(REQUESTS);
                assertThat(charges.values().stream().map(Charge::getAttemptId).distinct())
                        .hasSize(REQUESTS);
                total =
                        charges.values().stream()
                                .map(Charge::getAmount)
                                .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(total).isPositive();
            }

            // And the costs are their sum, by whatever they are grouped
            awaitCosts(millrace, total);

            // And after a restart nothing has changed
            millrace.terminate();
            try (RunningMillrace restarted = millrace.again()) {
                awaitCosts(restarted, total);

                // And an audit finds nothing, until a sum stands there that no charges make
                assertThat(audit(restarted)).isZero();
                writeFalseSum(log);
                assertThat(audit(restarted)).isEqualTo(1);
            }
        }
    }

    private static int audit(RunningMillrace millrace) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return MillraceCommand.commandLine(
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", millrace.bootstrapServers()),
                        nowhere,
                        nowhere,
                        InputStream.nullInputStream())
                .execute("audit");
    }

    private static void writeFalseSum(KafkaLog log) throws Exception {
        Topic<Cost> topic = log.topics().dailyCosts();
        try (LogReader<Cost> sums = new LogReader<>(log, topic);
                Serializer<SpecificRecord> serializer = log.serdes().serializer();
                Producer<String, byte[]> producer = log.producer("false-sum", Map.of())) {
            await().until(() -> !sums.values().isEmpty());
            Cost sum = Cost.newBuilder(sums.values().getFirst()).setTenant("nobody").build();
            producer.send(
                            new ProducerRecord<>(
                                    topic.name(), "false", serializer.serialize("", sum)))
                    .get();
        }
    }

    private void sendAll(RunningMillrace millrace) throws Exception {
        List<Future<Integer>> statuses = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            for (int i = 0; i < REQUESTS; i++) {
                String body = BODIES.get(i % BODIES.size());
                String path = body.contains("input") ? "/v1/embeddings" : "/v1/chat/completions";
                HttpRequest request =
                        HttpRequest.newBuilder(millrace.url(path))
                                .header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build();
                statuses.add(
                        clients.submit(
                                () -> client.send(request, BodyHandlers.ofString()).statusCode()));
            }
            for (Future<Integer> status : statuses) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
    }

    private void awaitCosts(RunningMillrace millrace, BigDecimal total) {
        for (String groupBy : List.of("tenant", "model", "tenant,model", "provider,lane")) {
            for (String bucket : List.of("hour", "day", "month")) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertCosts(costs(millrace, groupBy, bucket), total));
            }
        }
    }

    private static void assertCosts(JsonNode costs, BigDecimal total) {
        BigDecimal sum = BigDecimal.ZERO;
        long requests = 0;
        long attempts = 0;
        for (JsonNode row : costs.get("data")) {
            sum = sum.add(new BigDecimal(row.get("cost").asString()));
            requests += row.get("requests").asLong();
            attempts += row.get("attempts").asLong();
        }
        assertThat(sum).isEqualByComparingTo(total);
        assertThat(requests).isEqualTo(REQUESTS);
        assertThat(attempts).isEqualTo(REQUESTS);
    }

    private JsonNode costs(RunningMillrace millrace, String groupBy, String bucket)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                millrace.url("/v1/costs?group_by=" + groupBy + "&bucket=" + bucket))
                        .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private static long phases(LogReader<Attempt> attempts, AttemptPhase phase) {
        return attempts.values().stream().filter(attempt -> attempt.getPhase() == phase).count();
    }
}
