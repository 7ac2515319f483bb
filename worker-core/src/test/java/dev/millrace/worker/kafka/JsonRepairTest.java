package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Reroute;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonRepairTest extends WithScriptedModel {

    @Test
    void a_wrong_answer_is_repaired_by_a_second_attempt_that_is_charged_too() {
        model.says("{\"n\":\"one\"}", GOOD);

        InferenceRequest request = ask(1, STRICT);

        Reply reply = awaitTerminal(request);
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(text(reply)).contains("{\\\"n\\\":1}");
        assertThat(reply.getAttempt()).isEqualTo(2);
        assertThat(reply.getAttempts()).isEqualTo(2);
        assertThat(reply.getUsage().getOutputTokens()).isEqualTo(GOOD.length());
        List<Attempt> attempts = log.attempts(request);
        assertThat(attempts)
                .extracting(Attempt::getNumber, Attempt::getPhase, Attempt::getOutcome)
                .containsExactly(
                        tuple(1, AttemptPhase.STARTED, AttemptOutcome.UNKNOWN),
                        tuple(1, AttemptPhase.ENDED, AttemptOutcome.MALFORMED),
                        tuple(2, AttemptPhase.STARTED, AttemptOutcome.UNKNOWN),
                        tuple(2, AttemptPhase.ENDED, AttemptOutcome.COMPLETED));
        assertThat(attempts.get(1).getUsage().getInputTokens()).isEqualTo(10);
        assertThat(attempts.get(1).getUsage().getOutputTokens()).isEqualTo(11);
        assertThat(attempts.get(3).getUsage()).isEqualTo(reply.getUsage());
        assertThat(attempts.get(0).getEstimatedPromptTokens()).isEqualTo(7);
        assertThat(attempts.get(2).getEstimatedPromptTokens()).isGreaterThan(20);
    }

    @Test
    void the_repair_carries_the_wrong_answer_and_what_is_wrong_with_it() {
        model.says("{\"n\":\"one\"}", GOOD);

        awaitTerminal(ask(1, STRICT));

        JsonNode first = model.asked().getFirst();
        JsonNode second = model.asked().getLast();
        assertThat(model.asked()).hasSize(2);
        assertThat(first.path("messages")).hasSize(1);
        JsonNode messages = second.path("messages");
        assertThat(messages).hasSize(3);
        assertThat(messages.get(0)).isEqualTo(first.path("messages").get(0));
        assertThat(messages.get(1).path("role").asString()).isEqualTo("assistant");
        assertThat(messages.get(1).path("content").asString()).isEqualTo("{\"n\":\"one\"}");
        assertThat(messages.get(2).path("role").asString()).isEqualTo("user");
        assertThat(messages.get(2).path("content").asString()).contains("at /n: ", "integer");
        assertThat(second.path("response_format")).isEqualTo(first.path("response_format"));
    }

    @Test
    void an_answer_that_stays_wrong_is_an_error_where_the_request_is_strict() {
        model.says("no", "{}", "[]", GOOD);

        InferenceRequest request = ask(2, STRICT);

        Reply reply = awaitTerminal(request);
        assertThat(reply.getFailure().getStatus()).isEqualTo(502);
        assertThat(reply.getFailure().getCode()).isEqualTo("upstream_error");
        assertThat(reply.getFailure().getMessage())
                .endsWith(": the answer is not the JSON that the request asks for.");
        assertThat(reply.getAttempts()).isEqualTo(3);
        assertThat(model.asked()).hasSize(3);
        assertThat(outcomes(request))
                .containsExactly(
                        AttemptOutcome.MALFORMED,
                        AttemptOutcome.MALFORMED,
                        AttemptOutcome.MALFORMED);
    }

    @Test
    void a_repair_waits_shortly_for_the_providers_quota() {
        model.says("no", GOOD);
        start(1, ", limits: { requests-per-minute: 35 }");

        assertThat(text(awaitTerminal(send(STRICT)))).contains("{\\\"n\\\":1}");
        assertThat(model.asked()).hasSize(2);
    }

    @Test
    void a_repair_that_would_keep_its_slot_for_long_is_not_made() {
        model.says("no", GOOD);
        start(1, ", limits: { requests-per-minute: 1 }");

        assertThat(awaitTerminal(send(STRICT)).getFailure().getStatus()).isEqualTo(502);
        assertThat(model.asked()).hasSize(1);
    }

    @Test
    void the_last_of_several_wrong_answers_goes_out_where_the_request_is_not_strict() {
        model.says("first", "second", GOOD);

        InferenceRequest request = ask(1, LENIENT);

        Reply reply = awaitTerminal(request);
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(text(reply)).contains("second");
        assertThat(model.asked()).hasSize(2);
        assertThat(outcomes(request))
                .containsExactly(AttemptOutcome.MALFORMED, AttemptOutcome.COMPLETED);
    }

    @Test
    void without_repairs_one_call_is_made() {
        model.says("wrong", "wrong too", GOOD);

        InferenceRequest lenient = ask(0, LENIENT);
        assertThat(text(awaitTerminal(lenient))).contains("wrong");
        assertThat(outcomes(lenient)).containsExactly(AttemptOutcome.COMPLETED);
        InferenceRequest strict = send(STRICT);
        assertThat(awaitTerminal(strict).getFailure().getStatus()).isEqualTo(502);
        assertThat(outcomes(strict)).containsExactly(AttemptOutcome.MALFORMED);
        assertThat(model.asked()).hasSize(2);
    }

    @Test
    void a_repair_that_is_refused_is_the_last() {
        model.says("first").refuses(400).says("second").refuses(429);

        InferenceRequest lenient = ask(5, LENIENT);
        Reply reply = awaitTerminal(lenient);
        assertThat(text(reply)).contains("first");
        assertThat(reply.getAttempt()).as("the one that it is the answer of").isEqualTo(1);
        assertThat(reply.getAttempts()).isEqualTo(2);
        assertThat(outcomes(lenient))
                .containsExactly(AttemptOutcome.MALFORMED, AttemptOutcome.REJECTED);
        InferenceRequest strict = send(STRICT);
        assertThat(awaitTerminal(strict).getFailure().getStatus()).isEqualTo(502);
        assertThat(outcomes(strict))
                .containsExactly(AttemptOutcome.MALFORMED, AttemptOutcome.THROTTLED);
    }

    @Test
    void a_repair_is_cancelled_with_its_request() {
        model.says("first");

        InferenceRequest request = ask(1, LENIENT);
        await().until(() -> model.asked().size() == 2);
        log.cancel(request.getRequestId());

        assertThat(awaitTerminal(request).getFailure().getCode()).isEqualTo("request_cancelled");
        assertThat(outcomes(request))
                .containsExactly(AttemptOutcome.MALFORMED, AttemptOutcome.CANCELLED);
    }

    @Test
    void a_strict_request_goes_to_its_next_target_with_all_its_attempts() {
        model.says("first", "second");
        start(1, "");
        InferenceRequest request = TestLog.request(STRICT).build();

        log.send(dispatch(request).setCandidates(TestLog.candidates("other")).build());

        await().until(() -> log.reroutes(request).size() == 1);
        Reroute reroute = log.reroutes(request).getFirst();
        assertThat(reroute.getAttempts()).isEqualTo(2);
        assertThat(reroute.getRetriesLeft()).isEqualTo(1);
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void calls_at_earlier_targets_may_have_been_repairs_and_count_as_such() {
        model.says("first", GOOD);
        start(1, "");
        InferenceRequest request = TestLog.request(LENIENT).build();

        log.send(dispatch(request).setHop(1).setAttempts(2).build());

        assertThat(text(awaitTerminal(request))).contains("first");
        assertThat(model.asked()).hasSize(1);
    }

    @Test
    void a_request_for_any_text_gets_any_text() {
        model.says("plain words");

        InferenceRequest request = ask(1, WithWorker.QUESTION);

        assertThat(text(awaitTerminal(request))).contains("plain words");
        assertThat(model.asked()).hasSize(1);
    }

    private InferenceRequest ask(int repairs, String body) {
        start(repairs, "");
        return send(body);
    }

    private void start(int repairs, String members) {
        start("json-repairs: " + repairs, members);
    }
}
