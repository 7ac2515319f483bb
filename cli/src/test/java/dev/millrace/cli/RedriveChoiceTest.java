package dev.millrace.cli;

import static dev.millrace.cli.LetterLog.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.InferenceRequest;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which dead letters are redriven, and how often.
@ExtendWith(LetterLog.Shared.class)
class RedriveChoiceTest {

    private final LetterLog log;

    RedriveChoiceTest(LetterLog log) {
        this.log = log;
    }

    @Test
    void a_letter_is_redriven_twice_on_request_alone_and_with_dispatches_of_its_own()
            throws Exception {
        InferenceRequest request = LetterLog.request("twice").build();
        long first = log.write(log.letter("worker.reply", request).build());
        log.redrive(first);
        long second =
                log.write(
                        log.letter(
                                        "worker.reply",
                                        InferenceRequest.newBuilder(request).setRedrive(1).build())
                                .build());

        assertThat(log.redrive(first))
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "",
                                "millrace: dead letter "
                                        + first
                                        + " was redriven at 2026-01-31T12:00:00Z; --again redrives"
                                        + " it all the same\n"));
        assertThat(log.redrive(second).exitCode()).isZero();
        assertThat(log.redrive(first, "--again").exitCode()).isZero();
        assertThat(log.requests("twice"))
                .extracting(InferenceRequest::getRedrive)
                .containsExactly(1, 2, 3);
        assertThat(log.resolutions(first)).hasSize(2);
    }

    @Test
    void all_of_a_stage_are_redriven_but_those_that_cannot_be() throws Exception {
        long one = log.write(log.letter("stage.one", LetterLog.request("all").build()).build());
        long two = log.write(log.letter("stage.one", LetterLog.request("all").build()).build());
        long other = log.write(log.letter("stage.two", LetterLog.request("all").build()).build());
        long empty = log.write(log.letter("stage.one", REQUESTS, "all", null).build());
        long homeless =
                log.write(log.letter("stage.one", "llm.no-topic", "all", new byte[] {1}).build());

        Shell.Ran ran = log.run("dead-letters", "redrive", "--all", "--stage", "stage.one");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        empty + " cannot be redriven: its content is not in the letter",
                        homeless + " cannot be redriven: there is no topic llm.no-topic");
        assertThat(log.requests("all")).hasSize(2);
        assertThat(log.resolutions(one)).hasSize(1);
        assertThat(log.resolutions(two)).hasSize(1);
        assertThat(log.resolutions(other)).isEmpty();
        assertThat(log.redrive(empty).exitCode()).isEqualTo(1);
    }

    @Test
    void what_a_command_left_uncommitted_is_redriven_once() throws Exception {
        // Given a command that died between the request and its commit
        InferenceRequest request = LetterLog.request("killed").build();
        long id = log.write(log.letter("worker.reply", request).build());
        try (Producer<String, byte[]> dead =
                log.log()
                        .producer(
                                "dead",
                                Map.of("transactional.id", LetterResolver.TRANSACTIONAL_ID))) {
            dead.initTransactions();
            dead.beginTransaction();
            dead.send(new ProducerRecord<>(REQUESTS, "killed", log.bytes(request))).get();

            // When the letter is redriven
            assertThat(log.redrive(id).exitCode()).isZero();
        }

        // Then one request counts
        assertThat(log.requests("killed"))
                .extracting(InferenceRequest::getRedrive)
                .containsExactly(1);
    }

    @Test
    void wrong_words_are_told_before_anything_is_asked() {
        for (String options :
                List.of(
                        "",
                        "--all 1",
                        "--all --again",
                        "1 --stage worker",
                        "1 --deadline soon",
                        "1 --deadline 0s",
                        "1 --deadline 145h",
                        "x")) {
            String[] words = ("dead-letters redrive " + options).strip().split(" ", -1);
            assertThat(new Shell().run(words).exitCode()).as(options).isEqualTo(2);
        }
    }
}
