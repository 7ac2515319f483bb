package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.UsageSource;
import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptAnswersTest extends WithWorker {
    private static final SimulatedBehaviour ENDLESS =
            SimulatedBehaviour.immediate().withTokensPerSecond(50).withOutputTokens(9999);

    @Test
    void a_kept_request_gets_one_terminal_event_with_its_answer_and_no_reply() {
        InferenceRequest request =
                kept(QUESTION)
                        .setKeyId("key-1")
                        .setBodyDigest(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                        .setRetentionMs(60_000L)
                        .setRedrive(2)
                        .build();
        Dispatch dispatch =
                TestLog.dispatch(provider, request, false).setHop(1).setAttempts(2).build();

        log.send(dispatch);

        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.COMPLETED);
        assertThat(text(terminal)).startsWith("{").endsWith("}").contains("simulated");
        assertThat(terminal.getFinishReason()).isEqualTo("stop");
        assertThat(terminal.getProvider()).isEqualTo(provider);
        assertThat(terminal.getUpstreamModel()).isEqualTo("m");
        assertThat(terminal.getHop()).isEqualTo(1);
        assertThat(terminal.getAttempt()).isEqualTo(1);
        assertThat(terminal.getAttempts()).isEqualTo(3);
        assertThat(terminal.getRequest())
                .isEqualTo(
                        KeptRequest.newBuilder()
                                .setKeyId("key-1")
                                .setOperation(request.getOperation())
                                .setCreatedAt(request.getCreatedAt())
                                .setDeadline(dispatch.getDeadline())
                                .setRetentionMs(60_000L)
                                .setBodyDigest(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                                .setRedrive(2)
                                .build());
        Attempt ended = log.attempts(request).getLast();
        assertThat(terminal.getUsage()).isEqualTo(ended.getUsage());
        assertThat(terminal.getCost()).isPositive();
        assertThat(terminal.getCurrency()).isEqualTo("USD");
        assertThat(terminal.getFence()).isEqualTo(ended.getFence());
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void a_long_answer_is_split_into_parts_and_only_the_last_tells_what_it_cost() {
        model.behave(SimulatedBehaviour.immediate().withOutputTokens(300_000));
        InferenceRequest request = kept(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        List<Completion> parts = awaitTerminal(request);
        assertSplit(parts);
        assertThat(new String(body(parts), UTF_8))
                .startsWith("{")
                .endsWith("}")
                .contains("\"completion_tokens\":300000");
    }

    @Test
    void a_kept_stream_goes_out_live_and_its_outcome_is_the_same_bytes() {
        model.behave(SimulatedBehaviour.immediate().withOutputTokens(20_000));
        InferenceRequest request = kept(STREAM_QUESTION).build();

        log.send(TestLog.dispatch(provider, request, true).build());

        List<Completion> parts = awaitTerminal(request);
        assertSplit(parts);
        assertThat(parts).allMatch(part -> part.getRequest().getStream());
        assertThat(parts.getLast().getUsage().getOutputTokens()).isEqualTo(20_000);
        List<Reply> live = log.replies(request.getRequestId());
        assertThat(live).allMatch(reply -> reply.getKind() == ReplyKind.CHUNK);
        assertThat(live)
                .extracting(Reply::getSequence)
                .containsExactlyElementsOf(IntStream.range(0, live.size()).boxed().toList());
        byte[] body = body(parts);
        assertThat(body).isEqualTo(joined(live.stream().map(Reply::getBody).toList()));
        assertThat(new String(body, UTF_8))
                .endsWith("\n")
                .satisfies(lines ->
                        assertThat(lines.lines())
                                .allMatch(line -> line.startsWith("{") && line.endsWith("}")));
    }

    @Test
    void a_stream_that_nobody_waits_for_is_kept_alone() {
        InferenceRequest request = kept(STREAM_QUESTION).setIngressPartition(null).build();

        log.send(TestLog.dispatch(provider, request, true).build());

        assertThat(text(awaitTerminal(request).getFirst())).contains("chat.completion.chunk");
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void a_kafka_callers_address_goes_with_the_outcome_and_is_not_written_to() throws Exception {
        String topic = "replies-of-" + provider;
        log.createTopic(topic);
        ReplyAddress address = new ReplyAddress(topic, 0, ByteBuffer.wrap(new byte[] {7}));
        InferenceRequest request = kept(QUESTION).setIngressPartition(null).build();

        log.send(TestLog.dispatch(provider, request, false).setReplyTo(address).build());

        assertThat(awaitTerminal(request).getFirst().getRequest().getReplyTo()).isEqualTo(address);
        assertThat(log.records(topic)).isEmpty();
    }

    @Test
    void a_start_is_told_before_the_call_ends() {
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Hang()));
        InferenceRequest request = kept(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        await().untilAsserted(() -> assertThat(model.counts().inFlight()).isEqualTo(1));
        await().untilAsserted(() -> assertThat(events(request)).hasSize(1));
        Completion started = events(request).getFirst();
        assertThat(started.getKind()).isEqualTo(CompletionKind.STARTED);
        assertThat(started.getOutcome()).isEqualTo(RequestOutcome.UNKNOWN);
        assertThat(started.getAttempt()).isEqualTo(1);
        assertThat(started.getProvider()).isEqualTo(provider);
        assertThat(started.getBody()).isNull();
    }

    @Test
    void every_call_is_told_and_the_last_one_ends_the_request() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                new SimulatedFailure.Refuse(429, null, Duration.ofMillis(20))));
        InferenceRequest request = kept(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        assertThat(awaitTerminal(request)).hasSize(1);
        assertThat(events(request))
                .extracting(Completion::getKind)
                .containsExactly(
                        CompletionKind.STARTED, CompletionKind.STARTED, CompletionKind.TERMINAL);
        assertThat(events(request)).extracting(Completion::getAttempt).containsExactly(1, 2, 2);
    }

    @Test
    void a_failure_is_an_outcome_too() {
        model.behave(SimulatedBehaviour.immediate().withFailures(new SimulatedFailure.Refuse(400)));
        InferenceRequest request = kept(QUESTION).build();

        log.send(TestLog.dispatch(provider, request, false).build());

        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.FAILED);
        assertThat(terminal.getFailure().getStatus()).isEqualTo(400);
        assertThat(terminal.getBody()).isNull();
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void a_failed_dispatch_with_other_targets_has_no_outcome_yet() {
        model.behave(
                SimulatedBehaviour.immediate().withFailures(3, new SimulatedFailure.Refuse(500)));
        InferenceRequest request = kept(QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setCandidates(TestLog.candidates("other"))
                        .build());

        await().untilAsserted(() ->
                assertThat(log.read(log.topics().reroutes()))
                        .anyMatch(reroute -> reroute.getDispatch().getRequest().equals(request)));
        assertThat(events(request)).allMatch(event -> event.getKind() == CompletionKind.STARTED);
    }

    @Test
    void a_request_past_its_deadline_expires_without_a_call() {
        InferenceRequest request = kept(QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, false)
                        .setDeadline(TestLog.now().minusMillis(1))
                        .build());

        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.EXPIRED);
        assertThat(terminal.getFailure().getCode()).isEqualTo("deadline_exceeded");
        assertThat(terminal.getAttempt()).isZero();
        assertThat(terminal.getUsage()).isNull();
        assertThat(model.counts().calls()).isZero();
    }

    @Test
    void a_deadline_that_passes_during_the_call_ends_it_and_what_it_used_is_told() {
        model.behave(ENDLESS);
        InferenceRequest request = kept(STREAM_QUESTION).build();

        log.send(
                TestLog.dispatch(provider, request, true)
                        .setDeadline(TestLog.now().plusSeconds(2))
                        .build());

        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.EXPIRED);
        assertThat(terminal.getUsage().getSource()).isEqualTo(UsageSource.ESTIMATED);
        await().untilAsserted(() -> assertThat(model.counts().disconnects()).isEqualTo(1));
    }

    @Test
    void a_cancelled_request_closes_the_connection_and_what_it_used_is_charged_and_told() {
        model.behave(ENDLESS);
        InferenceRequest request = kept(STREAM_QUESTION).build();
        log.send(TestLog.dispatch(provider, request, true).build());
        await().until(() -> !log.replies(request.getRequestId()).isEmpty());

        log.cancel(request.getRequestId());

        await().atMost(3, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(model.counts().disconnects()).isEqualTo(1));
        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.CANCELLED);
        assertThat(terminal.getFailure().getCode()).isEqualTo("request_cancelled");
        assertThat(terminal.getBody()).isNull();
        Attempt ended = log.attempts(request).getLast();
        assertThat(ended.getOutcome()).isEqualTo(AttemptOutcome.CANCELLED);
        assertThat(ended.getUsage().getSource()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(ended.getUsage().getOutputTokens()).isPositive();
        assertThat(terminal.getUsage()).isEqualTo(ended.getUsage());
        assertThat(log.replies(request.getRequestId()))
                .allMatch(reply -> reply.getKind() == ReplyKind.CHUNK);
    }

    @Test
    void a_request_cancelled_in_the_pause_before_a_retry_is_not_called_again() {
        model.behave(
                SimulatedBehaviour.immediate()
                        .withFailures(
                                new SimulatedFailure.Refuse(429, null, Duration.ofMillis(1900))));
        InferenceRequest request = kept(QUESTION).build();
        log.send(TestLog.dispatch(provider, request, false).build());
        await().untilAsserted(() -> assertThat(log.attempts(request)).hasSize(2));

        log.cancel(request.getRequestId());

        assertThat(awaitTerminal(request).getFirst().getOutcome())
                .isEqualTo(RequestOutcome.CANCELLED);
        assertThat(model.counts().calls()).isEqualTo(1);
    }

    @Test
    void a_stream_longer_than_is_kept_is_ended_and_fails() {
        TestSettings settings = settings();
        settings.longestKept = 10_000;
        restart(settings, document(64));
        model.behave(ENDLESS.withTokensPerSecond(1000));
        InferenceRequest request = kept(STREAM_QUESTION).build();

        log.send(TestLog.dispatch(provider, request, true).build());

        Completion terminal = awaitTerminal(request).getFirst();
        assertThat(terminal.getOutcome()).isEqualTo(RequestOutcome.FAILED);
        assertThat(terminal.getFailure().getStatus()).isEqualTo(502);
        assertThat(terminal.getUsage().getOutputTokens()).isPositive();
        assertThat(log.attempts(request).getLast().getOutcome())
                .isEqualTo(AttemptOutcome.MALFORMED);
        await().untilAsserted(() -> assertThat(model.counts().disconnects()).isEqualTo(1));
    }

    private static InferenceRequest.Builder kept(String body) {
        return TestLog.request(body).setKept(true).setDetached(true);
    }

    private static List<Completion> events(InferenceRequest request) {
        return log.read(log.topics().completions()).stream()
                .filter(event -> event.getRequestId().equals(request.getRequestId()))
                .toList();
    }

    /// All parts of the terminal event.
    private static List<Completion> awaitTerminal(InferenceRequest request) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> terminal(request).stream().anyMatch(part -> !part.getMore()));
        return terminal(request);
    }

    private static List<Completion> terminal(InferenceRequest request) {
        return events(request).stream()
                .filter(event -> event.getKind() == CompletionKind.TERMINAL)
                .toList();
    }

    private static void assertSplit(List<Completion> parts) {
        assertThat(parts.size()).isGreaterThan(2);
        assertThat(parts)
                .extracting(Completion::getPart)
                .containsExactlyElementsOf(IntStream.range(0, parts.size()).boxed().toList());
        assertThat(parts)
                .allMatch(part -> part.getBody().remaining() <= WorkerSettings.LARGEST_PART)
                .allMatch(part -> part.getRequest() != null && part.getProvider() != null);
        List<Completion> before = parts.subList(0, parts.size() - 1);
        assertThat(before)
                .allMatch(Completion::getMore)
                .allMatch(part -> part.getUsage() == null && part.getFinishReason() == null);
        assertThat(parts.getLast().getMore()).isFalse();
        assertThat(parts.getLast().getFinishReason()).isEqualTo("stop");
    }

    private static byte[] body(List<Completion> parts) {
        return joined(parts.stream().map(Completion::getBody).toList());
    }

    private static byte[] joined(List<ByteBuffer> bodies) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        bodies.forEach(body -> all.writeBytes(Wire.bytes(body)));
        return all.toByteArray();
    }

    private static String text(Completion part) {
        return new String(Wire.bytes(part.getBody()), UTF_8);
    }
}
