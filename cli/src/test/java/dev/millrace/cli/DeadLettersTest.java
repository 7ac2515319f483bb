package dev.millrace.cli;

import static dev.millrace.cli.LetterLog.PROMPT;
import static dev.millrace.cli.LetterLog.REQUESTS;
import static dev.millrace.cli.LetterLog.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.InferenceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Looking at dead letters, and dropping them.
@ExtendWith(LetterLog.Shared.class)
class DeadLettersTest {

    private final LetterLog log;

    DeadLettersTest(LetterLog log) {
        this.log = log;
    }

    @Test
    void the_list_has_the_newest_last_and_no_content() throws Exception {
        long first = write("router.reply-address", "listed");
        long second =
                log.write(
                        log.letter("worker.decode", REQUESTS, "listed", PROMPT.getBytes(UTF_8))
                                .setFailedAt(Shell.NOW.minusSeconds(5))
                                .build());

        Shell.Ran ran = log.run("dead-letters", "list", "--tenant", "listed");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
                .containsExactly(
                        "ID | AGE | STAGE | TOPIC | TENANT | REASON",
                        first
                                + " | 2 h | router.reply-address | llm.inference-requests | listed"
                                + " | because of router.reply-address",
                        second
                                + " | 5 s | worker.decode | llm.inference-requests | listed"
                                + " | because of worker.decode");
    }

    @Test
    void the_list_can_be_narrowed() throws Exception {
        long routed = write("router.decode", "narrowed");
        long worked = write("worker.reply", "narrowed");
        long recent =
                log.write(
                        log.letter("worker.reply", REQUESTS, "narrowed", new byte[] {1})
                                .setFailedAt(Shell.NOW.minus(Duration.ofMinutes(10)))
                                .build());

        assertThat(ids("--tenant", "narrowed")).containsExactly(routed, worked, recent);
        assertThat(ids("--tenant", "narrowed", "--stage", "worker"))
                .containsExactly(worked, recent);
        assertThat(ids("--tenant", "narrowed", "--stage", "router.decode")).containsExactly(routed);
        assertThat(ids("--tenant", "narrowed", "--stage", "work")).isEmpty();
        assertThat(ids("--tenant", "narrowed", "--since", "1h")).containsExactly(recent);
        assertThat(log.run("dead-letters", "list", "--tenant", "nobody"))
                .isEqualTo(new Shell.Ran(0, "", "No such dead letters.\n"));
    }

    @Test
    void a_letter_is_shown_without_its_content() throws Exception {
        InferenceRequest request = LetterLog.request("shown").build();
        long id =
                log.write(
                        log.letter("router.reply", REQUESTS, "shown", log.bytes(request))
                                .setHeaders(
                                        List.of(
                                                header(
                                                        "kafka_replyTopic",
                                                        "replies.x".getBytes(UTF_8)),
                                                header("note", PROMPT.getBytes(UTF_8))))
                                .build());

        Shell.Ran ran = log.run("dead-letters", "show", Long.toString(id));

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains(
                        "because of router.reply",
                        "2 h ago (2026-01-31T10:00:00Z), at worker-1",
                        "kafka_replyTopic replies.x, note (" + PROMPT.length() + " bytes)",
                        "InferenceRequest",
                        request.getRequestId().toString(),
                        "open")
                .doesNotContain(PROMPT);
    }

    @Test
    void the_content_is_shown_to_who_asks_for_it() throws Exception {
        long decoded = write("router.reply", "asked");
        long garbage =
                log.write(
                        log.letter("router.decode", REQUESTS, "asked", new byte[] {9, (byte) 0xfe})
                                .build());

        assertThat(log.run("dead-letters", "show", "--value", Long.toString(decoded)).out())
                .contains("\"secret\" : \"" + PROMPT + "\"")
                .contains("\"operation\" : \"CHAT_COMPLETION\"");
        assertThat(log.run("dead-letters", "show", "--value", Long.toString(garbage)).out())
                .endsWith("\n\n09fe\n");
    }

    @Test
    void a_dropped_letter_is_listed_on_request_alone() throws Exception {
        long id = write("worker.reply", "dropped");

        Shell.Ran ran = log.run("dead-letters", "drop", "--yes", Long.toString(id));

        assertThat(ran).isEqualTo(new Shell.Ran(0, id + " dropped\n", ""));
        assertThat(ids("--tenant", "dropped")).isEmpty();
        assertThat(ids("--tenant", "dropped", "--all")).containsExactly(id);
        assertThat(log.run("dead-letters", "list", "--tenant", "dropped", "--all").out())
                .contains("STATE", " dropped  worker.reply");
        assertThat(log.run("dead-letters", "drop", "--yes", Long.toString(id)))
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "",
                                "millrace: dead letter "
                                        + id
                                        + " was dropped at 2026-01-31T12:00:00Z\n"));
    }

    @Test
    void dropping_asks_first() throws Exception {
        long id = write("worker.reply", "asking");
        String name = Long.toString(id);

        assertThat(log.run("dead-letters", "drop", name).exitCode()).isEqualTo(2);
        assertThat(log.shell().onTerminal().piping("\n").run("dead-letters", "drop", name))
                .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(1))
                .satisfies(ran -> assertThat(ran.err()).contains("Drop dead letters " + id + "?"));
        assertThat(ids("--tenant", "asking")).containsExactly(id);
        assertThat(
                        log.shell()
                                .onTerminal()
                                .piping("y\n")
                                .run("dead-letters", "drop", name)
                                .exitCode())
                .isZero();
        assertThat(ids("--tenant", "asking")).isEmpty();
    }

    @Test
    void a_letter_that_was_written_twice_is_one() throws Exception {
        var letter = log.letter("worker.reply", REQUESTS, "twin", new byte[] {1}).build();
        long id = log.write(letter);
        long twin = log.write(letter);

        assertThat(ids("--tenant", "twin")).containsExactly(id);
        log.run("dead-letters", "drop", "--yes", Long.toString(twin));
        assertThat(ids("--tenant", "twin")).isEmpty();
    }

    @Test
    void what_is_no_letter_is_told() throws Exception {
        try (var producer = log.log().producer("garbage", Map.of())) {
            producer.send(
                            new ProducerRecord<>(
                                    LetterLog.TOPICS.deadLetters().name(), "x", new byte[] {7}))
                    .get();
        }

        assertThat(log.run("dead-letters", "list").err())
                .contains("records that cannot be read as dead letters: 1");
        assertThat(log.run("dead-letters", "show", "100000"))
                .isEqualTo(new Shell.Ran(1, "", "millrace: there is no dead letter 100000\n"));
        assertThat(log.run("dead-letters", "drop").exitCode()).isEqualTo(2);
        assertThat(log.run("dead-letters").exitCode()).isEqualTo(2);
    }

    private long write(String stage, String tenant) throws Exception {
        return log.write(log.letter(stage, LetterLog.request(tenant).build()).build());
    }

    private List<Long> ids(String... options) {
        Shell.Ran ran = log.run(List.of("dead-letters", "list", "--json"), options);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return Listing.of(ran.out()).stream().map(letter -> Json.count(letter, "id")).toList();
    }
}
