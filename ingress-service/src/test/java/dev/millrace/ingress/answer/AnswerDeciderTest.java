package dev.millrace.ingress.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.intake.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerDeciderTest {

    private static final Rank FIRST = new Rank(0, 7, 1);
    private static final Facts FACTS = new Facts(null, null, null, null, 1, 0, 0, 0);

    private final AnswerDecider json = new AnswerDecider(false, false, 100);
    private final AnswerDecider stream = new AnswerDecider(true, false, 100);

    @Test
    void ranks_are_ordered_by_hop_then_fence_then_attempt() {
        assertThat(new Rank(1, 0, 0)).isGreaterThan(new Rank(0, 9, 9));
        assertThat(new Rank(1, 2, 0)).isGreaterThan(new Rank(1, 1, 9));
        assertThat(new Rank(1, 2, 2)).isGreaterThan(new Rank(1, 2, 1));
    }

    @Test
    void a_whole_answer_is_complete_at_once() {
        assertThat(shown(json.decide(completion(FIRST, 0, false, "{}")))).isEqualTo("{}");
    }

    @Test
    void a_retry_of_the_same_dispatch_replaces_what_was_collected() {
        json.decide(completion(FIRST, 0, true, "old"));

        assertThat(json.decide(completion(new Rank(0, 7, 2), 0, true, "ne")))
                .isInstanceOf(Verdict.Kept.class);
        assertThat(json.decide(completion(FIRST, 1, false, "old")))
                .isInstanceOf(Verdict.Dropped.class);
        assertThat(shown(json.decide(completion(new Rank(0, 7, 2), 1, false, "w"))))
                .isEqualTo("new");
    }

    @Test
    void a_later_attempt_whose_start_is_missing_breaks_the_answer() {
        json.decide(completion(FIRST, 0, true, "old"));

        assertThat(json.decide(completion(new Rank(1, 1, 1), 1, false, "new")))
                .isInstanceOf(Verdict.Broken.class);
    }

    @Test
    void once_content_is_shown_another_attempt_is_only_told_of() {
        stream.decide(chunk(FIRST, 0, "{}\n"));

        assertThat(stream.decide(chunk(new Rank(0, 8, 1), 0, "{}\n")))
                .isInstanceOf(Verdict.Superseded.class);
        assertThat(stream.decide(chunk(FIRST, 1, "{}\n"))).isInstanceOf(Verdict.Show.class);
    }

    @Test
    void a_failure_ends_the_answer_whichever_attempt_it_is_of() {
        Verdict verdict =
                json.decide(
                        new ReplyPart(
                                new Rank(0, 0, 0),
                                0,
                                false,
                                new ReplyPart.Failure(Refusal.unavailable("no route")),
                                FACTS));

        assertThat(verdict).isInstanceOf(Verdict.Fail.class);
    }

    @Test
    void an_answer_that_fits_no_request_of_its_kind_is_broken() {
        assertThat(json.decide(chunk(FIRST, 0, "{}\n"))).isInstanceOf(Verdict.Broken.class);
        assertThat(new AnswerDecider(false, false, 9).decide(completion(FIRST, 0, false, null)))
                .isInstanceOf(Verdict.Broken.class);
        assertThat(stream.decide(completion(FIRST, 0, false, "{}")))
                .isInstanceOf(Verdict.Broken.class);
    }

    @Test
    void an_answer_without_end_is_broken_at_its_bound() {
        json.decide(completion(FIRST, 0, true, "x".repeat(60)));

        assertThat(json.decide(completion(FIRST, 1, true, "x".repeat(60))))
                .isInstanceOf(Verdict.Broken.class);
    }

    private static ReplyPart chunk(Rank rank, int sequence, String body) {
        return new ReplyPart(rank, sequence, false, new ReplyPart.Chunks(bytes(body)), FACTS);
    }

    private static ReplyPart completion(
            Rank rank, int sequence, boolean more, @Nullable String body) {
        return new ReplyPart(
                rank,
                sequence,
                more,
                new ReplyPart.Completion(body == null ? null : bytes(body)),
                FACTS);
    }

    private static String shown(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Complete.class);
        return verdict instanceof Verdict.Complete(ByteBuffer body, Facts _)
                ? StandardCharsets.UTF_8.decode(body.duplicate()).toString()
                : "";
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
