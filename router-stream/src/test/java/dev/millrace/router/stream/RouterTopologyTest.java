package dev.millrace.router.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.identity.Identity;
import dev.millrace.router.routing.Pool;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Reroute;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the router does with each kind of record: the specification of the topology.
class RouterTopologyTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final UUID ID = UUID.fromString("01920000-0000-7000-8000-000000000001");

    private static final String CONFIGURATION =
            """
            providers:
              - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
              - { name: two, kind: openai-compatible, base-url: "http://127.0.0.1:2/v1" }
            models:
              - name: assistant
                capabilities: [chat, tools]
                context-window: 1000
                targets: [ { provider: one, model: big } ]
                fallbacks: [reserve]
              - name: reserve
                capabilities: [chat]
                targets: [ { provider: two, model: small } ]
              - { name: talker, capabilities: [chat], context-window: 100, targets: [ { provider: one, model: big } ] }
            """;

    private final Topics topics =
            new Topics(new TopicLayout("llm.", 1, 2, (short) 1, 1, 1 << 20, null));
    private final RecordSerdes serdes = RecordSerdes.builtIn();
    private final Map<String, Integer> callerTopics = new HashMap<>(Map.of("replies.service", 3));
    private RoutingTable table =
            new RoutingTable(
                    7,
                    ConfigurationDocument.parse(CONFIGURATION),
                    Set.of("one", "two"),
                    List.of(
                            new Pool("one", true, List.of(new Pool.Served("big", null, Set.of()))),
                            new Pool("two", false, List.of())));
    private final Set<String> cancelled = new HashSet<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> requests;
    private TestInputTopic<String, byte[]> reroutes;

    @BeforeEach
    void start() {
        RouterLinks links =
                new RouterLinks(
                        new WireLinks(
                                topics,
                                serdes,
                                topic -> callerTopics.getOrDefault(topic, 0),
                                InstantSource.fixed(NOW),
                                "router-1"),
                        () -> table,
                        cancelled::contains,
                        500_000,
                        3);
        driver =
                new TopologyTestDriver(
                        RouterTopology.build(links, Stores::inMemoryKeyValueStore),
                        new Properties());
        requests = input(topics.inferenceRequests());
        reroutes = input(topics.reroutes());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void a_request_is_dispatched_to_the_first_target_of_its_model() {
        send(
                request(
                        "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"x\":1}"));

        TestRecord<String, Dispatch> record = only(topics.dispatches("one", Lane.INTERACTIVE));
        Dispatch dispatch = record.value();
        assertThat(record.key()).isEqualTo(ID.toString());
        assertThat(dispatch.getDispatchId()).isEqualTo(Identity.dispatchId(ID, 0));
        assertThat(dispatch.getUpstreamModel()).isEqualTo("big");
        assertThat(dispatch.getHop()).isZero();
        assertThat(dispatch.getConfigVersion()).isEqualTo(7);
        assertThat(dispatch.getRetriesLeft()).isEqualTo(3);
        assertThat(dispatch.getReason()).isEqualTo("model assistant");
        assertThat(dispatch.getCandidates())
                .extracting(candidate -> candidate.getProvider() + "/" + candidate.getModel())
                .containsExactly("two/small");
        assertThat(dispatch.getClassification().getCapabilities()).containsExactly("chat");
        assertThat(dispatch.getClassification().getEstimatedPromptTokens()).isBetween(1L, 20L);
        assertThat(text(dispatch.getRequest().getBody())).endsWith("\"x\":1}");
    }

    @Test
    void the_same_record_again_gives_the_same_dispatch() {
        InferenceRequest request = request("{\"model\":\"assistant\",\"messages\":[]}");
        send(request);
        send(request);

        List<Dispatch> twice =
                output(topics.dispatches("one", Lane.INTERACTIVE)).readValuesToList();
        assertThat(twice).hasSize(2);
        assertThat(twice.get(0)).isEqualTo(twice.get(1));
    }

    @Test
    void the_lane_chooses_the_topic_and_the_trace_goes_along() {
        Headers headers = new RecordHeaders().add("traceparent", utf8("00-abc-def-01"));
        requests.pipeInput(
                new TestRecord<>(
                        "acme",
                        bytes(builder("{\"model\":\"one/big\"}").setLane(Lane.BATCH).build()),
                        headers));

        TestRecord<String, Dispatch> record = only(topics.dispatches("one", Lane.BATCH));
        assertThat(record.headers().lastHeader("traceparent").value())
                .isEqualTo(utf8("00-abc-def-01"));
        assertThat(record.value().getReason()).isEqualTo("pinned to one");
    }

    @Test
    void a_listed_model_goes_to_the_provider_that_lists_it() {
        send(request("{\"model\":\"big\",\"stream\":true}"));

        Dispatch dispatch = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        assertThat(dispatch.getReason()).isEqualTo("listed by one");
        assertThat(dispatch.getClassification().getStream()).isTrue();
        assertThat(dispatch.getClassification().getCapabilities())
                .containsExactly("chat", "streaming");
    }

    @Test
    void an_unknown_model_is_refused_on_the_partition_of_the_ingress() {
        table =
                new RoutingTable(
                        7,
                        table.configuration(),
                        Set.of("one"),
                        List.of(
                                new Pool(
                                        "one",
                                        true,
                                        List.of(new Pool.Served("big", null, Set.of())))));
        send(request("{\"model\":\"nobody\"}"));

        Reply reply = only(topics.replies()).value();
        assertThat(reply.getKind()).isEqualTo(ReplyKind.FAILED);
        assertThat(reply.getRequestId()).isEqualTo(ID);
        assertThat(reply.getFailure().getStatus()).isEqualTo(404);
        assertThat(reply.getFailure().getCode()).isEqualTo("model_not_found");
        assertThat(reply.getFailure().getShouldRetry()).isFalse();
    }

    @Test
    void while_a_provider_has_not_said_what_it_has_an_unknown_model_may_be_tried_again() {
        send(request("{\"model\":\"nobody\"}"));

        Failure failure = only(topics.replies()).value().getFailure();
        assertThat(failure.getStatus()).isEqualTo(503);
        assertThat(failure.getCode()).isEqualTo("no_route");
        assertThat(failure.getRetryAfterMs()).isPositive();
        assertThat(failure.getMessage()).contains("two");
    }

    @Test
    void a_target_that_cannot_serve_is_never_chosen_and_the_caller_is_told_why() {
        send(request("{\"model\":\"talker\",\"tools\":[{\"type\":\"function\"}]}"));

        Failure failure = only(topics.replies()).value().getFailure();
        assertThat(failure.getStatus()).isEqualTo(400);
        assertThat(failure.getCode()).isEqualTo("unsupported_capability");
        assertThat(failure.getMessage()).contains("tools");
    }

    @Test
    void a_fallback_that_can_serve_takes_what_the_model_cannot() {
        String longPrompt = "word ".repeat(2_000);
        send(
                request(
                        "{\"model\":\"assistant\",\"messages\":[{\"content\":\""
                                + longPrompt
                                + "\"}]}"));

        assertThat(only(topics.dispatches("two", Lane.INTERACTIVE)).value().getUpstreamModel())
                .isEqualTo("small");
    }

    @Test
    void a_prompt_that_no_target_has_the_context_for_is_refused() {
        send(request("{\"model\":\"talker\",\"max_tokens\":101}"));

        assertThat(only(topics.replies()).value().getFailure().getCode())
                .isEqualTo("context_length_exceeded");
    }

    @Test
    void a_request_whose_deadline_has_passed_is_not_dispatched() {
        send(builder("{\"model\":\"assistant\"}").setDeadline(NOW).build());

        Failure failure = only(topics.replies()).value().getFailure();
        assertThat(failure.getStatus()).isEqualTo(408);
        assertThat(failure.getCode()).isEqualTo("deadline_exceeded");
    }

    @Test
    void a_body_that_is_no_json_object_is_refused_with_the_place() {
        send(request("{\"model\": nonsense"));

        Failure failure = only(topics.replies()).value().getFailure();
        assertThat(failure.getStatus()).isEqualTo(400);
        assertThat(failure.getMessage())
                .contains("not valid JSON", "line 1")
                .doesNotContain("nonsense");
    }

    @Test
    void a_body_over_the_limit_is_refused() {
        send(request("{\"model\":\"assistant\",\"x\":\"" + "x".repeat(500_000) + "\"}"));

        assertThat(only(topics.replies()).value().getFailure().getStatus()).isEqualTo(413);
    }

    @Test
    void an_undecodable_record_becomes_a_dead_letter_and_the_next_is_routed() {
        requests.pipeInput("acme", utf8("garbage"));
        send(request("{\"model\":\"assistant\"}"));

        DeadLetter letter = only(topics.deadLetters()).value();
        assertThat(letter.getStage()).isEqualTo("router.decode");
        assertThat(letter.getReason()).contains("wire format");
        assertThat(letter.getTopic()).isEqualTo("llm.inference-requests");
        assertThat(text(letter.getValue())).isEqualTo("garbage");
        assertThat(output(topics.dispatches("one", Lane.INTERACTIVE)).getQueueSize()).isEqualTo(1);
    }

    @Test
    void a_record_under_the_wrong_key_is_written_again_under_its_tenant() {
        requests.pipeInput("someone", bytes(request("{\"model\":\"assistant\"}")));

        // The topology reads its own output: the record comes round once and is then dispatched.
        assertThat(output(topics.dispatches("one", Lane.INTERACTIVE)).readValuesToList())
                .hasSize(1);
        TestRecord<String, InferenceRequest> forwarded = only(topics.inferenceRequests());
        assertThat(forwarded.key()).isEqualTo("acme");
    }

    @Test
    void a_kafka_caller_is_answered_on_the_topic_of_its_headers() {
        requests.pipeInput(
                new TestRecord<>(
                        "acme",
                        bytes(fromKafka("{\"model\":\"nobody\"}")),
                        caller("replies.service", 2, "c-1")));

        var replies =
                driver.createOutputTopic(
                        "replies.service",
                        new StringDeserializer(),
                        serdes.deserializer(Reply.class));
        TestRecord<String, Reply> record = replies.readRecord();
        assertThat(record.headers().lastHeader("kafka_correlationId").value())
                .isEqualTo(utf8("c-1"));
        assertThat(record.value().getKind()).isEqualTo(ReplyKind.FAILED);
    }

    @Test
    void the_address_of_a_kafka_caller_travels_in_the_dispatch() {
        requests.pipeInput(
                new TestRecord<>(
                        "acme",
                        bytes(fromKafka("{\"model\":\"assistant\"}")),
                        caller("replies.service", 2, "c-1")));

        Dispatch dispatch = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        assertThat(dispatch.getReplyTo().getTopic()).isEqualTo("replies.service");
        assertThat(dispatch.getReplyTo().getPartition()).isEqualTo(2);
        assertThat(text(dispatch.getReplyTo().getCorrelationId())).isEqualTo("c-1");
    }

    @Test
    void a_reply_topic_that_is_ours_or_not_allowed_or_missing_is_a_dead_letter() {
        for (String topic : List.of("llm.replies", "elsewhere", "replies.no-such-topic")) {
            requests.pipeInput(
                    new TestRecord<>(
                            "acme",
                            bytes(fromKafka("{\"model\":\"nobody\"}")),
                            caller(topic, 0, "c")));
        }
        requests.pipeInput("acme", bytes(fromKafka("{\"model\":\"assistant\"}")));

        assertThat(output(topics.deadLetters()).readValuesToList())
                .extracting(DeadLetter::getStage)
                .containsExactly(
                        "router.reply-address",
                        "router.reply-address",
                        "router.reply",
                        "router.reply-address");
    }

    @Test
    void a_failed_dispatch_goes_to_the_next_candidate_with_the_first_failure_kept() {
        send(request("{\"model\":\"assistant\"}"));
        Dispatch first = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        reroutes.pipeInput("acme", bytes(rerouted(first, failure(500))));

        Dispatch second = only(topics.dispatches("two", Lane.INTERACTIVE)).value();
        assertThat(second.getHop()).isEqualTo(1);
        assertThat(second.getDispatchId()).isEqualTo(Identity.dispatchId(ID, 1));
        assertThat(second.getUpstreamModel()).isEqualTo("small");
        assertThat(second.getCandidates()).isEmpty();
        assertThat(second.getExcluded())
                .extracting(one -> one.getProvider())
                .containsExactly("one");
        assertThat(second.getFirstFailure().getStatus()).isEqualTo(500);
        assertThat(second.getAttempts()).isEqualTo(2);
        assertThat(second.getRetriesLeft()).isEqualTo(1);
    }

    @Test
    void when_every_target_failed_the_caller_is_told_the_first_failure_and_not_to_retry() {
        send(request("{\"model\":\"assistant\"}"));
        Dispatch first = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        reroutes.pipeInput("acme", bytes(rerouted(first, failure(500))));
        Dispatch second = only(topics.dispatches("two", Lane.INTERACTIVE)).value();
        reroutes.pipeInput("acme", bytes(rerouted(second, failure(429))));

        Reply reply = only(topics.replies()).value();
        assertThat(reply.getFailure().getStatus()).isEqualTo(500);
        assertThat(reply.getFailure().getShouldRetry()).isFalse();
        assertThat(reply.getHop()).isEqualTo(2);
    }

    @Test
    void a_reroute_after_the_deadline_goes_nowhere() {
        send(request("{\"model\":\"assistant\"}"));
        Dispatch first = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        Dispatch expired = Dispatch.newBuilder(first).setDeadline(NOW).build();
        reroutes.pipeInput("acme", bytes(rerouted(expired, failure(500))));

        assertThat(only(topics.replies()).value().getFailure().getCode())
                .isEqualTo("deadline_exceeded");
    }

    @Test
    void a_request_that_was_cancelled_goes_no_further() {
        send(request("{\"model\":\"assistant\"}"));
        Dispatch first = only(topics.dispatches("one", Lane.INTERACTIVE)).value();
        cancelled.add(ID.toString());
        send(request("{\"model\":\"assistant\"}"));
        reroutes.pipeInput("acme", bytes(rerouted(first, failure(500))));

        List<Reply> replies = output(topics.replies()).readValuesToList();
        assertThat(replies).extracting(Reply::getHop).containsExactly(0, 1);
        assertThat(replies)
                .allSatisfy(reply -> {
                    assertThat(reply.getFailure().getStatus()).isEqualTo(499);
                    assertThat(reply.getFailure().getCode()).isEqualTo("request_cancelled");
                    assertThat(reply.getFailure().getShouldRetry()).isFalse();
                });
        assertThat(output(topics.dispatches("one", Lane.INTERACTIVE)).isEmpty()).isTrue();
        assertThat(output(topics.dispatches("two", Lane.INTERACTIVE)).isEmpty()).isTrue();
    }

    @Test
    void a_line_of_a_cancelled_batch_is_not_dispatched() {
        cancelled.add("batch_1");
        send(builder("{\"model\":\"assistant\"}").setBatchId("batch_1").build());

        assertThat(only(topics.replies()).value().getFailure().getCode())
                .isEqualTo("request_cancelled");
    }

    @Test
    void a_plain_request_leaves_nothing_behind() {
        send(request("{\"model\":\"assistant\"}"));

        assertThat(driver.getKeyValueStore(Claims.STORE).approximateNumEntries()).isZero();
        assertThat(output(topics.completions()).isEmpty()).isTrue();
    }

    private static Reroute rerouted(Dispatch dispatch, Failure failure) {
        return Reroute.newBuilder()
                .setDispatch(dispatch)
                .setFailure(failure)
                .setAttempts(2)
                .setRetriesLeft(1)
                .setFailedAt(NOW)
                .build();
    }

    private static Failure failure(int status) {
        return Failure.newBuilder()
                .setStatus(status)
                .setType("server_error")
                .setMessage("upstream failed")
                .build();
    }

    private static Headers caller(String topic, int partition, String correlation) {
        return new RecordHeaders()
                .add("kafka_replyTopic", utf8(topic))
                .add("kafka_replyPartition", ByteBuffer.allocate(4).putInt(0, partition).array())
                .add("kafka_correlationId", utf8(correlation));
    }

    private static InferenceRequest request(String body) {
        return builder(body).build();
    }

    private static InferenceRequest fromKafka(String body) {
        return builder(body).setIngressPartition(null).build();
    }

    private static InferenceRequest.Builder builder(String body) {
        return InferenceRequest.newBuilder()
                .setRequestId(ID)
                .setTenant("acme")
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(ByteBuffer.wrap(utf8(body)))
                .setCreatedAt(NOW.minus(Duration.ofMillis(5)))
                .setDeadline(NOW.plus(Duration.ofSeconds(60)))
                .setIngressPartition(1);
    }

    private void send(InferenceRequest request) {
        requests.pipeInput(request.getTenant(), bytes(request));
    }

    private byte[] bytes(SpecificRecord record) {
        return serdes.serializer().serialize("", record);
    }

    private TestInputTopic<String, byte[]> input(Topic<?> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), new ByteArraySerializer());
    }

    private <V extends SpecificRecord> TestOutputTopic<String, V> output(Topic<V> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serdes.deserializer(topic.value()));
    }

    private <V extends SpecificRecord> TestRecord<String, V> only(Topic<V> topic) {
        TestOutputTopic<String, V> output = output(topic);
        assertThat(output.getQueueSize()).as("records on " + topic.name()).isEqualTo(1);
        return output.readRecord();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
