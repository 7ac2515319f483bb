package dev.millrace.router.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.schemas.Reroute;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the router does with requests whose outcome is kept, and with their idempotency keys.
class KeptRequestsTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final UUID ID = Identity.requestId("acme", "order-7");
    private static final String BODY = "{\"model\":\"assistant\"}";

    private final RouterDriver router = new RouterDriver(NOW);

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void the_first_record_of_an_idempotency_key_is_dispatched_and_the_gate_is_told() {
        router.send(idempotent("a").setRetentionMs(60_000L).setKeyId("key-1").build());

        assertThat(router.dispatches("one")).hasSize(1);
        Completion event = only(router.events());
        assertThat(event.getRequestId()).isEqualTo(ID);
        assertThat(event.getKind()).isEqualTo(CompletionKind.DISPATCHED);
        assertThat(event.getOutcome()).isEqualTo(RequestOutcome.UNKNOWN);
        assertThat(event.getHop()).isZero();
        assertThat(event.getProvider()).isEqualTo("one");
        assertThat(event.getUpstreamModel()).isEqualTo("big");
        assertThat(event.getCompletedAt()).isEqualTo(NOW);
        assertThat(event.getRequest().getDeadline()).isEqualTo(NOW.plusSeconds(60));
        assertThat(event.getRequest().getBodyDigest()).isEqualTo(digest("a"));
        assertThat(event.getRequest().getRetentionMs()).isEqualTo(60_000);
        assertThat(event.getRequest().getKeyId()).isEqualTo("key-1");
        assertThat(event.getRequest().getStream()).isFalse();
    }

    @Test
    void the_gate_is_told_whether_the_outcome_is_a_stream_and_when_the_default_deadline_is() {
        router.send(
                idempotent("a")
                        .setBody(buffer("{\"model\":\"assistant\",\"stream\":true}"))
                        .setDeadline(null)
                        .build());

        Completion event = only(router.events());
        assertThat(event.getRequest().getStream()).isTrue();
        assertThat(event.getRequest().getDeadline())
                .isEqualTo(only(router.dispatches("one")).getDeadline());
    }

    @Test
    void a_record_that_comes_again_after_a_crash_is_dispatched_again_as_it_was() {
        router.send(idempotent("a").build());
        Dispatch first = only(router.dispatches("one"));
        Completion told = only(router.events());

        router.restart();
        router.send(idempotent("a").build());

        assertThat(only(router.dispatches("one"))).isEqualTo(first);
        assertThat(only(router.events())).isEqualTo(told);
    }

    @Test
    void a_record_that_comes_again_and_is_refused_now_has_its_end_in_the_gate() {
        router.send(idempotent("a").build());
        router.restart();
        router.loseTargets();
        router.events();
        router.send(idempotent("a").build());

        assertThat(only(router.events()).getOutcome()).isEqualTo(RequestOutcome.FAILED);
        assertThat(router.replies()).isEmpty();
    }

    @Test
    void a_duplicate_is_joined_also_after_a_restart() {
        router.send(idempotent("z").setRequestId(UUID.randomUUID()).build());
        router.send(idempotent("a").build());
        router.restart();
        router.send(idempotent("a").setIngressPartition(0).build());
        router.send(idempotent("y").setRequestId(UUID.randomUUID()).build());

        assertThat(router.dispatches("one"))
                .extracting(dispatch -> dispatch.getRequest().getRequestId())
                .doesNotContain(ID);
        assertThat(router.replies()).isEmpty();
    }

    @Test
    void the_same_key_with_another_body_is_a_conflict_that_names_its_body() {
        router.send(idempotent("a").build());
        router.send(idempotent("b").setIngressPartition(0).build());

        Reply reply = only(router.replies());
        assertThat(reply.getFailure().getStatus()).isEqualTo(409);
        assertThat(reply.getFailure().getType()).isEqualTo("invalid_request_error");
        assertThat(reply.getFailure().getCode()).isEqualTo("idempotency_conflict");
        assertThat(reply.getFailure().getShouldRetry()).isFalse();
        assertThat(reply.getBodyDigest()).isEqualTo(digest("b"));
        assertThat(router.dispatches("one")).hasSize(1);
        assertThat(router.events()).hasSize(1);
    }

    @Test
    void a_conflict_is_told_to_a_kafka_caller_and_to_nobody_where_nobody_waits() {
        router.send(idempotent("a").build());
        router.send(idempotent("b").setIngressPartition(null).build(), caller());
        router.send(idempotent("b").setIngressPartition(null).build());

        assertThat(only(router.replies("replies.service")).getFailure().getStatus()).isEqualTo(409);
        assertThat(router.replies()).isEmpty();
        assertThat(router.letters()).isEmpty();
    }

    @Test
    void a_claim_is_forgotten_when_its_retention_has_passed() {
        router.send(idempotent("a").setRetentionMs(60_000L).build());
        assertThat(router.claims()).isPositive();

        router.advance(Duration.ofSeconds(59));
        assertThat(router.claims()).isPositive();
        router.advance(Duration.ofSeconds(2));
        assertThat(router.claims()).isZero();
    }

    @Test
    void a_claim_that_has_expired_but_is_not_yet_forgotten_is_in_nobodys_way() {
        router.send(idempotent("a").setRetentionMs(0L).build());
        router.send(idempotent("b").build());

        assertThat(router.dispatches("one")).hasSize(2);
    }

    @Test
    void without_a_retention_a_claim_lasts_a_day_and_with_the_longest_seven() {
        router.send(idempotent("a").build());
        UUID other = UUID.randomUUID();
        router.send(idempotent("a").setRequestId(other).setRetentionMs(Long.MAX_VALUE).build());
        int both = router.claims();

        router.advance(Duration.ofHours(24));
        assertThat(router.claims()).isEqualTo(both / 2);
        router.advance(Duration.ofDays(6));
        assertThat(router.claims()).isZero();
    }

    @Test
    void a_time_that_cannot_be_hurts_nobody() {
        router.send(idempotent("a").setCreatedAt(Instant.ofEpochMilli(Long.MAX_VALUE)).build());
        router.send(idempotent("b").setCreatedAt(Instant.ofEpochMilli(Long.MIN_VALUE)).build());

        assertThat(router.dispatches("one")).hasSize(1);
        router.advance(Duration.ofDays(1));
        assertThat(router.claims()).isZero();
    }

    @Test
    void a_redrive_opens_the_key_again_with_dispatches_of_its_own() {
        router.send(idempotent("a").build());
        router.send(idempotent("a").setRedrive(1).build());
        router.send(idempotent("a").setRedrive(1).build());

        assertThat(router.dispatches("one"))
                .extracting(Dispatch::getDispatchId)
                .containsExactly(Identity.dispatchId(ID, 0), Identity.dispatchId(ID, 0, 1));
        assertThat(router.events())
                .extracting(event -> event.getRequest().getRedrive())
                .containsExactly(0, 1);
    }

    @Test
    void a_refused_request_with_an_ingress_is_answered_and_claims_nothing() {
        router.send(idempotent("a").setBody(buffer("nonsense")).build());
        router.send(idempotent("b").build());

        Reply reply = only(router.replies());
        assertThat(reply.getFailure().getStatus()).isEqualTo(400);
        assertThat(reply.getBodyDigest()).isEqualTo(digest("a"));
        assertThat(router.dispatches("one")).hasSize(1);
        assertThat(router.events())
                .extracting(Completion::getKind)
                .containsExactly(CompletionKind.DISPATCHED);
    }

    @Test
    void the_refusal_of_a_request_that_nobody_waits_for_is_its_outcome() {
        router.send(asynchronous().setBody(buffer("nonsense")).build());
        router.send(asynchronous().setDeadline(NOW).build());

        List<Completion> events = router.events();
        assertThat(events)
                .extracting(Completion::getOutcome)
                .containsExactly(RequestOutcome.FAILED, RequestOutcome.EXPIRED);
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.getKind()).isEqualTo(CompletionKind.TERMINAL);
                    assertThat(event.getMore()).isFalse();
                    assertThat(event.getAttempts()).isZero();
                });
        assertThat(events)
                .extracting(event -> event.getFailure().getStatus())
                .containsExactly(400, 408);
        assertThat(router.replies()).isEmpty();
        assertThat(router.letters()).isEmpty();
    }

    @Test
    void a_refusal_that_is_kept_has_the_key() {
        router.send(idempotent("a").setIngressPartition(null).setDeadline(NOW).build());
        router.send(idempotent("a").build());

        assertThat(router.dispatches("one")).isEmpty();
        assertThat(router.events()).hasSize(1);
    }

    @Test
    void the_address_of_a_kafka_caller_goes_to_the_gate() {
        router.send(asynchronous().build(), caller());

        Completion event = only(router.events());
        assertThat(event.getRequest().getReplyTo().getTopic()).isEqualTo("replies.service");
        assertThat(event.getRequest().getReplyTo().getPartition()).isEqualTo(2);
    }

    @Test
    void an_unusable_address_of_a_kafka_caller_is_a_dead_letter() {
        router.send(
                asynchronous().build(),
                new RecordHeaders().add("kafka_replyTopic", utf8("llm.replies")));

        assertThat(only(router.letters()).getStage()).isEqualTo("router.reply-address");
        assertThat(router.events()).isEmpty();
        assertThat(router.dispatches("one")).isEmpty();
    }

    @Test
    void a_cancelled_request_is_not_dispatched_and_its_end_is_kept() {
        router.cancelled.add(ID.toString());
        router.send(idempotent("a").build());

        assertThat(router.dispatches("one")).isEmpty();
        assertThat(router.replies()).isEmpty();
        Completion event = only(router.events());
        assertThat(event.getOutcome()).isEqualTo(RequestOutcome.CANCELLED);
        assertThat(event.getFailure().getCode()).isEqualTo("request_cancelled");
    }

    @Test
    void the_next_hop_is_told_to_the_gate() {
        router.send(idempotent("a").setRedrive(2).build());
        router.events();
        router.send(rerouted(only(router.dispatches("one"))));

        Dispatch second = only(router.dispatches("two"));
        assertThat(second.getDispatchId()).isEqualTo(Identity.dispatchId(ID, 1, 2));
        Completion event = only(router.events());
        assertThat(event.getKind()).isEqualTo(CompletionKind.DISPATCHED);
        assertThat(event.getHop()).isEqualTo(1);
        assertThat(event.getProvider()).isEqualTo("two");
        assertThat(event.getAttempts()).isEqualTo(2);
        assertThat(event.getRequest().getBodyDigest()).isEqualTo(digest("a"));
    }

    @Test
    void when_every_target_failed_or_the_time_is_over_or_it_was_cancelled_the_gate_is_told() {
        router.send(idempotent("a").build());
        Dispatch first = only(router.dispatches("one"));
        router.events();

        router.send(rerouted(Dispatch.newBuilder(first).setDeadline(NOW).build()));
        router.cancelled.add(ID.toString());
        router.send(rerouted(first));
        router.cancelled.clear();
        router.loseTargets();
        router.send(rerouted(first));

        List<Completion> events = router.events();
        assertThat(events)
                .extracting(Completion::getOutcome)
                .containsExactly(
                        RequestOutcome.EXPIRED, RequestOutcome.CANCELLED, RequestOutcome.FAILED);
        assertThat(events)
                .extracting(event -> event.getFailure().getStatus())
                .containsExactly(408, 499, 500);
        assertThat(events).extracting(Completion::getAttempts).containsOnly(2);
        assertThat(events.getLast().getFailure().getShouldRetry()).isFalse();
        assertThat(router.replies()).isEmpty();
        assertThat(router.dispatches("two")).isEmpty();
    }

    private static Reroute rerouted(Dispatch dispatch) {
        return Reroute.newBuilder()
                .setDispatch(dispatch)
                .setFailure(
                        Failure.newBuilder()
                                .setStatus(500)
                                .setType("server_error")
                                .setMessage("upstream failed")
                                .build())
                .setAttempts(2)
                .setRetriesLeft(1)
                .setFailedAt(NOW)
                .build();
    }

    /// A request with an idempotency key that an ingress waits for.
    private static InferenceRequest.Builder idempotent(String digest) {
        return asynchronous().setBodyDigest(digest(digest)).setIngressPartition(1);
    }

    private static InferenceRequest.Builder asynchronous() {
        return InferenceRequest.newBuilder()
                .setRequestId(ID)
                .setTenant("acme")
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(buffer(BODY))
                .setCreatedAt(NOW)
                .setDeadline(NOW.plusSeconds(60))
                .setKept(true)
                .setDetached(true);
    }

    private static Headers caller() {
        return new RecordHeaders()
                .add("kafka_replyTopic", utf8("replies.service"))
                .add("kafka_replyPartition", ByteBuffer.allocate(4).putInt(0, 2).array());
    }

    private static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.getFirst();
    }

    private static ByteBuffer digest(String name) {
        return buffer(name.repeat(32));
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
