package dev.millrace.router.outcome;

import static dev.millrace.router.outcome.Events.caller;
import static dev.millrace.router.outcome.Events.completed;
import static dev.millrace.router.outcome.Events.dispatched;
import static dev.millrace.router.outcome.Events.failed;
import static dev.millrace.router.outcome.Events.part;
import static dev.millrace.router.outcome.Events.request;
import static dev.millrace.router.outcome.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/// What a Kafka caller gets that asked for a kept outcome.
class CallerRepliesTest extends RunningGate {

    private static final String TOPIC = "replies.service";

    @Test
    void a_kafka_caller_gets_the_one_reply() {
        gate.send(from(TOPIC, dispatched(0)));
        gate.send(
                from(
                        TOPIC,
                        completed(5, 1, "{}")
                                .setCost(new BigDecimal("0.25").setScale(12))
                                .setCurrency("USD")));
        gate.send(from(TOPIC, completed(6, 1, "again")));

        List<TestRecord<String, Reply>> replies = gate.replies(TOPIC);
        assertThat(replies).hasSize(1);
        TestRecord<String, Reply> record = replies.getFirst();
        assertThat(record.key()).isEqualTo(Events.KEY);
        assertThat(
                        text(
                                ByteBuffer.wrap(
                                        record.headers()
                                                .lastHeader("kafka_correlationId")
                                                .value())))
                .isEqualTo("c-1");
        Reply reply = record.value();
        assertThat(reply.getKind()).isEqualTo(ReplyKind.COMPLETED);
        assertThat(text(reply.getBody())).isEqualTo("{}");
        assertThat(reply.getMore()).isFalse();
        assertThat(reply.getProvider()).isEqualTo("provider-0");
        assertThat(reply.getCost()).isEqualByComparingTo("0.25");
    }

    @Test
    void a_long_reply_comes_in_parts() {
        gate.send(from(TOPIC, part(5, 1, 0, true, "a")));
        gate.send(from(TOPIC, part(5, 1, 1, false, "b")));

        List<Reply> replies = gate.replies(TOPIC).stream().map(TestRecord::value).toList();
        assertThat(replies).extracting(reply -> text(reply.getBody())).containsExactly("a", "b");
        assertThat(replies).extracting(Reply::getSequence).containsExactly(0, 1);
        assertThat(replies).extracting(Reply::getMore).containsExactly(true, false);
    }

    @Test
    void a_failure_and_an_expiry_are_told_too() {
        gate.send(from(TOPIC, failed(502)));
        gate.send(from(TOPIC, dispatched(0).setRequestId(new UUID(1, 2))));
        gate.advance(Duration.ofSeconds(70));

        List<Reply> replies = gate.replies(TOPIC).stream().map(TestRecord::value).toList();
        assertThat(replies).extracting(Reply::getKind).containsOnly(ReplyKind.FAILED);
        assertThat(replies)
                .extracting(reply -> reply.getFailure().getStatus())
                .containsExactly(502, 408);
    }

    @Test
    void a_reply_that_nobody_can_get_is_a_dead_letter_and_the_outcome_is_kept() {
        gate.send(from("replies.no-such-topic", completed(5, 1, "{}")));
        gate.send(from("llm.replies", completed(5, 1, "{}").setRequestId(new UUID(1, 2))));
        gate.send(from("replies.gone", dispatched(0).setRequestId(new UUID(1, 3))));
        gate.advance(Duration.ofSeconds(70));

        assertThat(gate.letters())
                .extracting(letter -> letter.getStage())
                .containsExactly("outcome.reply", "outcome.reply", "outcome.reply");
        assertThat(gate.table()).hasSize(3);
    }

    private static Completion from(String topic, Completion.Builder event) {
        return event.setRequest(request().setReplyTo(caller(topic)).build()).build();
    }
}
