package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Capability;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JsonStreamsTest extends WithScriptedModel {
    private static final String REPAIRED = "json-repairs: 1, json-streams: repaired";

    @Test
    void a_strict_stream_in_another_form_fails_at_its_end_and_is_charged() {
        model.streams("{\"n\":", "\"one\"}");
        start("json-repairs: 1", "");

        InferenceRequest request = stream(STRICT);

        Reply last = awaitTerminal(request);
        assertThat(log.replies(request.getRequestId()).getFirst().getKind())
                .isEqualTo(ReplyKind.CHUNK);
        assertThat(last.getFailure().getCode()).isEqualTo("upstream_error");
        assertThat(model.asked()).as("what was sent is not repaired").hasSize(1);
        Attempt attempt = log.attempts(request).getLast();
        assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.MALFORMED);
        assertThat(attempt.getUsage().getOutputTokens()).isEqualTo(2);
    }

    @Test
    void a_stream_by_the_schema_and_one_that_is_not_strict_are_left_alone() {
        model.streams("{\"n\"", ":", "1}").streams("one");
        start("json-repairs: 1", "");

        assertThat(awaitTerminal(stream(STRICT)).getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(awaitTerminal(stream(LENIENT)).getKind()).isEqualTo(ReplyKind.COMPLETED);
    }

    @Test
    void a_stream_that_is_held_back_is_repaired_and_only_the_right_one_goes_out() {
        model.streams("{\"n\":", "\"one\"}").streams("{\"n\"", ":", "1}");
        start(REPAIRED, "");

        InferenceRequest request = stream(STRICT);

        Reply last = awaitTerminal(request);
        assertThat(last.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(last.getAttempts()).isEqualTo(2);
        assertThat(last.getUsage().getOutputTokens()).isEqualTo(3);
        assertThat(log.replies(request.getRequestId()))
                .allSatisfy(reply -> assertThat(reply.getAttempt()).isEqualTo(2));
        assertThat(chunks(request)).doesNotContain("one").contains("{\\\"n\\\"", "1}");
        assertThat(outcomes(request))
                .containsExactly(AttemptOutcome.MALFORMED, AttemptOutcome.COMPLETED);
        Attempt wrong = log.attempts(request).get(1);
        assertThat(wrong.getUsage().getOutputTokens()).isEqualTo(2);
        assertThat(wrong.getFirstTokenAt()).as("when the model began to answer").isNotNull();
        assertThat(model.asked().getLast().path("messages")).hasSize(3);
    }

    @Test
    void a_held_back_stream_that_stays_wrong_goes_to_the_next_target_or_is_an_error() {
        model.streams("a").streams("b").streams("c").streams("d");
        start(REPAIRED, "");

        InferenceRequest alone = stream(STRICT);
        Reply last = awaitTerminal(alone);
        assertThat(last.getFailure().getStatus()).isEqualTo(502);
        assertThat(chunks(alone)).isEmpty();

        InferenceRequest other = TestLog.request(STRICT).build();
        log.send(streamed(other).setCandidates(TestLog.candidates("other")).build());
        await().until(() -> log.reroutes(other).size() == 1);
        assertThat(log.reroutes(other).getFirst().getAttempts()).isEqualTo(2);
        assertThat(log.replies(other.getRequestId())).isEmpty();
    }

    @Test
    void the_stream_before_goes_out_where_a_repair_brings_nothing_and_the_request_is_not_strict() {
        model.streams("first").refuses(400).streams("second").streams("third");
        start(REPAIRED, "");

        InferenceRequest refused = stream(LENIENT);
        assertThat(awaitTerminal(refused).getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(chunks(refused)).contains("first");
        assertThat(log.replies(refused.getRequestId()))
                .allSatisfy(reply -> assertThat(reply.getAttempt()).isEqualTo(1));
        InferenceRequest wrongTwice = stream(LENIENT);
        assertThat(awaitTerminal(wrongTwice).getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(chunks(wrongTwice)).contains("third").doesNotContain("second");
    }

    @Test
    void a_held_back_stream_that_breaks_off_goes_to_the_next_target_like_a_whole_answer() {
        model.breaksOff("{\"n\"").breaksOff("{\"n\"");
        start(REPAIRED, "");
        InferenceRequest request = TestLog.request(STRICT).build();

        log.send(streamed(request).setCandidates(TestLog.candidates("other")).build());

        await().until(() -> log.reroutes(request).size() == 1);
        assertThat(log.replies(request.getRequestId())).isEmpty();
    }

    @Test
    void a_repair_that_has_gone_out_is_the_answer_whatever_came_before_it() {
        String tooLongToCheck = "a".repeat(1024 * 1024 + 1);
        model.streams("first").breaksOff(tooLongToCheck).streams("first").breaksOff(tooLongToCheck);
        start(REPAIRED, "");

        InferenceRequest lenient = stream(LENIENT);
        assertThat(awaitTerminal(lenient).getKind()).isEqualTo(ReplyKind.FAILED);
        assertThat(chunks(lenient)).contains("aaaa").doesNotContain("first");
        InferenceRequest strict = TestLog.request(STRICT).build();
        log.send(streamed(strict).setCandidates(TestLog.candidates("other")).build());
        assertThat(awaitTerminal(strict).getKind()).isEqualTo(ReplyKind.FAILED);
        assertThat(log.reroutes(strict)).as("content is with the client").isEmpty();
    }

    @Test
    void a_stream_that_asks_for_any_text_is_not_held_back() {
        model.breaksOff("plain words");
        start(REPAIRED, "");

        InferenceRequest request = stream(WithWorker.QUESTION);

        awaitTerminal(request);
        assertThat(chunks(request)).contains("plain words");
    }

    private InferenceRequest stream(String body) {
        InferenceRequest request = TestLog.request(body).build();
        log.send(streamed(request).build());
        return request;
    }

    private Dispatch.Builder streamed(InferenceRequest request) {
        Dispatch.Builder dispatch = TestLog.dispatch(provider, request, true);
        return dispatch.setClassification(
                Classification.newBuilder(dispatch.getClassification())
                        .setCapabilities(List.of(Capability.JSON_SCHEMA.spelling()))
                        .build());
    }

    private static String chunks(InferenceRequest request) {
        return log.replies(request.getRequestId()).stream()
                .filter(reply -> reply.getKind() == ReplyKind.CHUNK)
                .map(WithScriptedModel::text)
                .collect(Collectors.joining());
    }
}
