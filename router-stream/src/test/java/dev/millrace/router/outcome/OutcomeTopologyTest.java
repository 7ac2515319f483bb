package dev.millrace.router.outcome;

import static dev.millrace.router.outcome.Events.DEADLINE;
import static dev.millrace.router.outcome.Events.ID;
import static dev.millrace.router.outcome.Events.KEY;
import static dev.millrace.router.outcome.Events.NOW;
import static dev.millrace.router.outcome.Events.accepted;
import static dev.millrace.router.outcome.Events.cancelled;
import static dev.millrace.router.outcome.Events.completed;
import static dev.millrace.router.outcome.Events.dispatched;
import static dev.millrace.router.outcome.Events.failed;
import static dev.millrace.router.outcome.Events.part;
import static dev.millrace.router.outcome.Events.request;
import static dev.millrace.router.outcome.Events.started;
import static dev.millrace.router.outcome.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.RequestState;
import dev.millrace.schemas.Result;
import dev.millrace.schemas.Usage;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the outcome gate does with each kind of event: the specification of the topology.
class OutcomeTopologyTest extends RunningGate {

    @Test
    void a_request_is_seen_on_its_way_to_its_outcome() {
        gate.send(accepted().build());
        gate.send(dispatched(0).build());
        gate.send(started(0, 5, 1).build());
        gate.send(
                completed(5, 1, "{}")
                        .setFinishReason("stop")
                        .setUsage(Usage.newBuilder().setInputTokens(3).setOutputTokens(4).build())
                        .build());

        assertThat(states())
                .containsExactly(
                        RequestState.QUEUED,
                        RequestState.DISPATCHED,
                        RequestState.RUNNING,
                        RequestState.COMPLETED);
        assertThat(gate.keys()).containsOnly(KEY);
        Result result = result();
        assertThat(text(result.getBody())).isEqualTo("{}");
        assertThat(result.getProvider()).isEqualTo("provider-0");
        assertThat(result.getUpstreamModel()).isEqualTo("model-0");
        assertThat(result.getFinishReason()).isEqualTo("stop");
        assertThat(result.getUsage().getOutputTokens()).isEqualTo(4);
        assertThat(result.getUpdatedAt()).isEqualTo(NOW.plusSeconds(2));
        assertThat(result.getExpiresAt()).isEqualTo(NOW.plusSeconds(2).plus(Duration.ofDays(1)));
        assertThat(result.getParts()).isEqualTo(1);
        assertThat(text(result.getRequest().getBodyDigest())).isEqualTo("digest");
    }

    @Test
    void the_first_terminal_wins() {
        gate.send(dispatched(0).build());
        gate.send(failed(502).build());
        int before = gate.results().size();
        gate.send(completed(5, 1, "{}").build());
        gate.send(cancelled().build());

        assertThat(gate.results()).hasSize(before);
        assertThat(result().getState()).isEqualTo(RequestState.FAILED);
        assertThat(result().getFailure().getStatus()).isEqualTo(502);
        assertThat(gate.metric("late-total")).isEqualTo(2);
    }

    @Test
    void the_first_terminal_wins_also_over_a_restart() {
        gate.send(completed(5, 1, "first").build());
        gate.restart();
        gate.send(completed(6, 1, "second").build());

        assertThat(gate.results()).hasSize(1);
        assertThat(text(result().getBody())).isEqualTo("first");
    }

    @Test
    void a_cancellation_that_comes_first_is_the_outcome() {
        gate.send(dispatched(0).build());
        gate.send(cancelled().build());
        gate.send(completed(5, 1, "{}").build());

        assertThat(result().getState()).isEqualTo(RequestState.CANCELLED);
        assertThat(result().getFailure().getCode()).isEqualTo("request_cancelled");
        assertThat(result().getProvider()).isEqualTo("provider-0");
    }

    @Test
    void events_that_come_twice_or_too_late_change_nothing() {
        List<Completion> events =
                List.of(
                        accepted().build(),
                        dispatched(0).build(),
                        started(0, 5, 1).build(),
                        dispatched(1).build(),
                        started(1, 7, 1).setAttempts(2).build());
        events.forEach(gate::send);
        Result before = result();
        int written = gate.results().size();
        events.reversed().forEach(gate::send);

        assertThat(gate.results()).hasSize(written);
        assertThat(before.getState()).isEqualTo(RequestState.RUNNING);
        assertThat(before.getHop()).isEqualTo(1);
        assertThat(before.getProvider()).isEqualTo("provider-1");
        assertThat(before.getAttempts()).isEqualTo(2);
    }

    @Test
    void events_in_another_order_lead_to_the_same_state() {
        List<Completion> events =
                List.of(
                        accepted().build(),
                        dispatched(0).build(),
                        started(0, 5, 1).build(),
                        dispatched(1).build());
        events.forEach(gate::send);
        Result inOrder = result();
        gate.close();
        gate = new OutcomeDriver(NOW, state.resolve("again"));
        events.reversed().forEach(gate::send);

        assertThat(result()).isEqualTo(inOrder);
    }

    @Test
    void what_the_router_resolves_takes_the_place_of_what_the_ingress_assumed() {
        gate.send(
                accepted()
                        .setRequest(
                                request()
                                        .setBodyDigest(null)
                                        .setDeadline(NOW.plusSeconds(5))
                                        .build())
                        .build());
        gate.send(dispatched(0).setRequest(request().setStream(true).build()).build());
        gate.advance(Duration.ofSeconds(30));

        Result result = result();
        assertThat(result.getState()).isEqualTo(RequestState.DISPATCHED);
        assertThat(result.getRequest().getDeadline()).isEqualTo(DEADLINE);
        assertThat(text(result.getRequest().getBodyDigest())).isEqualTo("digest");
        assertThat(result.getRequest().getStream()).isTrue();
    }

    @Test
    void the_parts_come_in_order_and_the_head_comes_last() {
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(5, 1, 1, true, "b").build());
        gate.restart();
        gate.send(part(5, 1, 2, false, "c").build());

        assertThat(gate.keys()).containsExactly(KEY, KEY + "#1", KEY + "#2", KEY);
        assertThat(states())
                .containsExactly(
                        RequestState.RUNNING,
                        RequestState.COMPLETED,
                        RequestState.COMPLETED,
                        RequestState.COMPLETED);
        assertThat(bodies()).containsExactly("a", "b", "c");
        assertThat(gate.table().values()).extracting(Result::getParts).containsOnly(3);
        assertThat(gate.result(KEY + "#2").getPart()).isEqualTo(2);
        assertThat(gate.entries()).as("the head and its expiry").isEqualTo(2);
    }

    @Test
    void the_parts_of_two_attempts_are_kept_apart() {
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(6, 1, 0, true, "A").build());
        gate.send(part(5, 1, 1, true, "b").build());
        gate.send(part(6, 1, 1, false, "B").build());
        gate.send(part(5, 1, 2, false, "c").build());

        assertThat(bodies()).containsExactly("A", "B");
        assertThat(result().getFence()).isEqualTo(6);
        assertThat(gate.entries()).isEqualTo(2);
    }

    @Test
    void a_part_that_comes_again_changes_nothing() {
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(5, 1, 1, true, "b").build());
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(5, 1, 1, true, "b").build());
        gate.send(part(5, 1, 2, false, "c").build());

        assertThat(bodies()).containsExactly("a", "b", "c");
    }

    @Test
    void a_gap_drops_the_parts_of_its_attempt() {
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(5, 1, 2, true, "c").build());
        gate.send(part(5, 1, 3, false, "d").build());
        assertThat(result().getState()).isEqualTo(RequestState.RUNNING);
        assertThat(gate.metric("gap-total")).isEqualTo(2);
        assertThat(gate.entries()).isEqualTo(2);

        gate.send(part(6, 1, 0, true, "x").build());
        gate.send(part(6, 1, 1, false, "y").build());
        assertThat(bodies()).containsExactly("x", "y");
    }

    @Test
    void a_request_without_an_outcome_expires_at_its_deadline_and_a_grace() {
        gate.send(dispatched(0).build());
        gate.send(part(5, 1, 0, true, "a").build());
        gate.advance(Duration.ofSeconds(69));
        assertThat(result().getState()).isEqualTo(RequestState.RUNNING);
        gate.advance(Duration.ofSeconds(1));

        Result result = result();
        assertThat(result.getState()).isEqualTo(RequestState.EXPIRED);
        assertThat(result.getFailure().getStatus()).isEqualTo(408);
        assertThat(result.getFailure().getCode()).isEqualTo("deadline_exceeded");
        assertThat(result.getFailure().getShouldRetry()).isFalse();
        assertThat(result.getUpdatedAt()).isEqualTo(DEADLINE.plusSeconds(10));
        assertThat(gate.entries()).isEqualTo(2);
        gate.send(completed(5, 1, "{}").build());
        assertThat(result().getState()).isEqualTo(RequestState.EXPIRED);
    }

    @Test
    void a_request_expires_also_after_a_restart() {
        gate.send(accepted().build());
        gate.restart();
        gate.advance(Duration.ofSeconds(70));

        assertThat(result().getState()).isEqualTo(RequestState.EXPIRED);
    }

    @Test
    void an_outcome_that_was_written_in_time_and_is_read_late_counts() {
        gate.send(dispatched(0).build());
        // The gate stood still for an hour and comes back to a backlog.
        gate.advance(Duration.ofSeconds(50));
        gate.restart();
        gate.send(dispatched(0).setRequestId(new UUID(1, 2)).build(), NOW.plusSeconds(3));
        gate.advance(Duration.ofSeconds(4));
        assertThat(result().getState()).isEqualTo(RequestState.DISPATCHED);
        gate.send(completed(5, 1, "{}").build(), NOW.plusSeconds(4));

        assertThat(result().getState()).isEqualTo(RequestState.COMPLETED);
    }

    @Test
    void tombstones_follow_when_the_retention_has_passed() {
        Completion last =
                part(5, 1, 1, false, "b")
                        .setRequest(request().setRetentionMs(3_600_000L).build())
                        .build();
        gate.send(
                part(5, 1, 0, true, "a")
                        .setRequest(request().setRetentionMs(3_600_000L).build())
                        .build());
        gate.send(last);
        gate.advance(Duration.ofMinutes(60));
        assertThat(gate.table()).hasSize(2);
        gate.advance(Duration.ofSeconds(3));

        assertThat(gate.table()).isEmpty();
        assertThat(gate.keys()).endsWith(KEY, KEY + "#1");
        assertThat(gate.entries()).isZero();
    }

    @Test
    void no_outcome_is_kept_for_longer_than_seven_days() {
        gate.send(
                completed(5, 1, "{}")
                        .setRequest(request().setRetentionMs(Long.MAX_VALUE).build())
                        .build());

        assertThat(result().getExpiresAt()).isEqualTo(NOW.plusSeconds(2).plus(Duration.ofDays(7)));
    }

    @Test
    void a_redrive_opens_a_closed_request_again() {
        gate.send(part(5, 1, 0, true, "a").build());
        gate.send(part(5, 1, 1, false, "b").build());
        gate.send(dispatched(0).setRequest(request().setRedrive(1).build()).build());
        assertThat(gate.table().keySet()).containsExactly(KEY);
        assertThat(result().getState()).isEqualTo(RequestState.DISPATCHED);
        assertThat(result().getExpiresAt()).isNull();
        assertThat(result().getBody()).isNull();

        gate.send(completed(6, 1, "late").build());
        assertThat(result().getState()).isEqualTo(RequestState.DISPATCHED);
        gate.send(completed(7, 1, "again").setRequest(request().setRedrive(1).build()).build());
        assertThat(bodies()).containsExactly("again");
        gate.advance(Duration.ofHours(25));
        assertThat(gate.entries()).isZero();
    }

    @Test
    void what_cannot_be_decided_on_is_a_dead_letter_and_the_next_is_decided() {
        gate.send(KEY, "garbage".getBytes(StandardCharsets.UTF_8), NOW);
        gate.send(KEY, null, NOW);
        gate.send(completed(5, 1, "{}").setRequest(null).build());
        gate.send(completed(-5, 1, "{}").build());
        gate.send(KEY.replace('1', '2'), bytes(completed(5, 1, "{}").build()), NOW);
        gate.send(completed(5, 1, "x".repeat(1_000_000)).build());
        gate.send(dispatched(0).build());
        gate.send(completed(5, 1, "{}").setTenant("other").build());
        gate.send(completed(5, 1, "{}").build());

        var letters = gate.letters();
        assertThat(letters)
                .extracting(letter -> letter.getStage())
                .containsExactly(
                        "outcome.decode",
                        "outcome.decode",
                        "outcome.check",
                        "outcome.check",
                        "outcome.check",
                        "outcome.check",
                        "outcome.check");
        assertThat(letters.get(5).getReason()).contains("too long", "left out");
        assertThat(letters.get(5).getValue()).isNull();
        assertThat(result().getState()).isEqualTo(RequestState.COMPLETED);
        assertThat(gate.metric("dead-letter-total")).isEqualTo(7);
    }

    @Test
    void a_time_that_cannot_be_hurts_nobody() {
        gate.send(
                dispatched(0)
                        .setRequest(
                                request().setDeadline(Instant.ofEpochMilli(Long.MAX_VALUE)).build())
                        .build());
        gate.send(completed(5, 1, "{}").setCompletedAt(Instant.ofEpochMilli(-1)).build());
        gate.advance(Duration.ofSeconds(1));

        assertThat(gate.table()).isEmpty();
        assertThat(gate.entries()).isZero();
    }

    private static byte[] bytes(Completion event) {
        return RecordSerdes.builtIn().serializer().serialize("", event);
    }

    private Result result() {
        return gate.result(KEY);
    }

    private List<RequestState> states() {
        return gate.results().stream().map(result -> result.getState()).toList();
    }

    /// The bodies of the parts as they stand, in order.
    private List<String> bodies() {
        Result head = result();
        return IntStream.range(0, head.getParts())
                .mapToObj(part -> gate.result(Topics.resultKey(ID, part)))
                .map(result -> text(result.getBody()))
                .toList();
    }
}
