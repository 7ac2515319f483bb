package dev.millrace.cli;

import static dev.millrace.cli.LetterLog.CREATED;
import static dev.millrace.cli.LetterLog.REQUESTS;
import static dev.millrace.cli.LetterLog.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterResolution;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.Reroute;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What dead letters are redriven as.
@ExtendWith(LetterLog.Shared.class)
class RedriveTest {

    private final LetterLog log;

    RedriveTest(LetterLog log) {
        this.log = log;
    }

    @Test
    void a_request_starts_anew_under_its_old_id_with_as_much_time_as_it_had() throws Exception {
        // Given a request that its router forwarded and then gave up
        InferenceRequest request = LetterLog.request("anew").build();
        long id =
                log.write(
                        log.letter("router.reply-address", REQUESTS, "other", log.bytes(request))
                                .setHeaders(
                                        List.of(
                                                header("traceparent", new byte[] {1}),
                                                header("millrace-forwarded", new byte[0]),
                                                header("kafka_replyTopic", new byte[] {2})))
                                .build());

        // When it is redriven
        Shell.Ran ran = log.redrive(id);

        // Then it is the same request with a new deadline, and its caller's headers
        assertThat(ran)
                .isEqualTo(
                        new Shell.Ran(
                                0,
                                id
                                        + " redriven: request "
                                        + request.getRequestId()
                                        + ", deadline 2026-01-31T12:05:00Z\n",
                                ""));
        assertThat(log.requests("anew"))
                .containsExactly(
                        InferenceRequest.newBuilder(request)
                                .setDeadline(Shell.NOW.plus(Duration.ofMinutes(5)))
                                .setRedrive(1)
                                .build());
        assertThat(headers(log.records(REQUESTS, "anew").getFirst()))
                .containsExactly("traceparent=01", "kafka_replyTopic=02");

        // And the letter is resolved under its own key
        DeadLetter resolution = log.resolutions(id).getFirst();
        assertThat(resolution.getResolution()).isEqualTo(DeadLetterResolution.REDRIVEN);
        assertThat(resolution.getValue()).isNull();
        assertThat(log.run("dead-letters", "list", "--tenant", "anew").out()).isEmpty();
    }

    @Test
    void a_dispatch_gives_its_request_and_its_callers_address_back() throws Exception {
        InferenceRequest request = LetterLog.request("dispatched").setDeadline(null).build();
        ReplyAddress address =
                ReplyAddress.newBuilder()
                        .setTopic("replies.gone")
                        .setPartition(3)
                        .setCorrelationId(ByteBuffer.wrap(new byte[] {4, 5}))
                        .build();
        var dispatch = LetterLog.dispatch(request, address);
        var reroute =
                Reroute.newBuilder()
                        .setDispatch(dispatch)
                        .setFailure(
                                Failure.newBuilder()
                                        .setStatus(503)
                                        .setType("server_error")
                                        .setCode("unavailable")
                                        .setMessage("no")
                                        .setShouldRetry(true)
                                        .build())
                        .setAttempts(3)
                        .setRetriesLeft(1)
                        .setFailedAt(CREATED)
                        .build();
        long worked =
                log.write(
                        log.letter(
                                        "worker.reply",
                                        "llm.dispatches.x.batch",
                                        "k",
                                        log.bytes(dispatch))
                                .build());
        long rerouted =
                log.write(
                        log.letter("router.reply", "llm.reroutes", "dispatched", log.bytes(reroute))
                                .build());

        // When both are redriven, one with a deadline of its own
        assertThat(log.redrive(worked).exitCode()).isZero();
        assertThat(log.redrive(rerouted, "--deadline", "30s").exitCode()).isZero();

        // Then both are the request, to the dispatch's caller
        assertThat(log.requests("dispatched"))
                .containsExactly(
                        InferenceRequest.newBuilder(request)
                                .setDeadline(Shell.NOW.plus(Duration.ofMinutes(7)))
                                .setRedrive(1)
                                .build(),
                        InferenceRequest.newBuilder(request)
                                .setDeadline(Shell.NOW.plusSeconds(30))
                                .setRedrive(2)
                                .build());
        assertThat(log.records(REQUESTS, "dispatched"))
                .allSatisfy(record ->
                        assertThat(headers(record))
                                .containsExactly(
                                        "kafka_replyTopic=7265706c6965732e676f6e65",
                                        "kafka_replyPartition=00000003",
                                        "kafka_correlationId=0405"));
    }

    @Test
    void what_is_no_request_goes_back_as_it_was() throws Exception {
        // Given garbage among the requests, and an attempt that was not charged
        long garbage =
                log.write(
                        log.letter("router.decode", REQUESTS, "garbage", new byte[] {9, 9, 9})
                                .setHeaders(List.of(header("any", new byte[] {7})))
                                .build());
        Attempt attempt = attempt("unchanged");
        String attempts = LetterLog.TOPICS.attempts().name();
        long refused =
                log.write(
                        log.letter("accounting.dedupe", attempts, "unchanged", log.bytes(attempt))
                                .build());

        // When both are redriven
        Shell.Ran ran = log.run("dead-letters", "redrive", garbage + "", refused + "");

        // Then they stand where they stood, and the garbage is worth a warning
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .isEqualTo(
                        garbage
                                + " redriven: as it was, back to llm.inference-requests\n"
                                + refused
                                + " redriven: as it was, back to llm.attempts\n");
        assertThat(ran.err()).startsWith(garbage + " still cannot be decoded and may come back:");
        var back = log.records(REQUESTS, "garbage");
        assertThat(back)
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.value()).containsExactly(9, 9, 9);
                    assertThat(headers(record)).containsExactly("any=07");
                });
        assertThat(log.records(attempts, "unchanged"))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isEqualTo(log.bytes(attempt)));
    }

    @Test
    void an_answer_for_nobody_is_remarked() throws Exception {
        long id =
                log.write(
                        log.letter(
                                        "worker.reply",
                                        LetterLog.request("http").setIngressPartition(0).build())
                                .build());

        Shell.Ran ran = log.redrive(id);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).contains("its HTTP caller is gone");
        assertThat(log.requests("http")).hasSize(1);
    }

    private static List<String> headers(ConsumerRecord<String, byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .map(header -> header.key() + "=" + HexFormat.of().formatHex(header.value()))
                .toList();
    }

    private static Attempt attempt(String tenant) {
        return Attempt.newBuilder()
                .setAttemptId(UUID.randomUUID())
                .setPhase(AttemptPhase.STARTED)
                .setRequestId(UUID.randomUUID())
                .setDispatchId(UUID.randomUUID())
                .setHop(0)
                .setNumber(1)
                .setFence(1)
                .setTenant(tenant)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setAskedModel("m")
                .setRoute("by name")
                .setStream(false)
                .setDeadline(CREATED)
                .setStartedAt(CREATED)
                .setEstimatedPromptTokens(1)
                .setConfigVersion(1)
                .setInstance("worker-1")
                .build();
    }
}
