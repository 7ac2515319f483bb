package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.completed;
import static dev.millrace.accounting.stream.Attempts.ended;
import static dev.millrace.accounting.stream.Attempts.started;
import static dev.millrace.accounting.stream.Attempts.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What accounting does not charge: it becomes a dead letter, no sum changes, and the partition
/// moves on.
class RefusedAttemptsTest {

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver =
                new AccountingDriver(
                        Attempts.PRICES, START, state, Stores::persistentKeyValueStore);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void an_undecodable_record_is_kept_as_it_was() {
        driver.send("acme", "garbage".getBytes(StandardCharsets.UTF_8), START);
        driver.send("acme", null, START);
        driver.send(completed(1));

        assertThat(driver.letters())
                .extracting(DeadLetter::getStage)
                .containsExactly("accounting.decode", "accounting.decode");
        DeadLetter letter = driver.letters().getFirst();
        assertThat(letter.getReason()).contains("wire format");
        assertThat(letter.getTopic()).isEqualTo("llm.attempts");
        assertThat(letter.getOffset()).isZero();
        assertThat(letter.getInstance()).isEqualTo("accounting-1");
        assertThat(text(letter.getKey())).isEqualTo("acme");
        assertThat(text(letter.getValue())).isEqualTo("garbage");
        assertThat(driver.charges()).hasSize(1);
        assertThat(driver.metric("dead-letter-total")).isEqualTo(2);
    }

    @Test
    void a_record_too_long_to_be_an_attempt_is_refused_and_one_too_long_to_keep_is_named() {
        byte[] tooLong = new byte[300 * 1024];
        byte[] tooLongToKeep = new byte[1 << 20];
        driver.send("acme", tooLong, START);
        driver.send("acme", tooLongToKeep, START);
        driver.send(completed(1));

        assertThat(driver.letters()).hasSize(2);
        assertThat(driver.letters().get(0).getValue().remaining()).isEqualTo(tooLong.length);
        assertThat(driver.letters().get(1).getValue()).isNull();
        assertThat(driver.letters().get(1).getReason()).contains("left out");
        assertThat(driver.charges()).hasSize(1);
    }

    @Test
    void absurd_counts_change_no_total() {
        driver.send(completed(1));
        Attempt start = started(2).build();
        driver.send(ended(start, AttemptOutcome.COMPLETED, usage(-1, 0, 5)));
        driver.send(ended(start, AttemptOutcome.COMPLETED, usage(5, 0, 1L << 62)));
        driver.send(started(3).setEstimatedPromptTokens(1L << 62).build());
        driver.send(
                ended(
                        started(4).setEstimatedPromptTokens(-1).build(),
                        AttemptOutcome.COMPLETED,
                        null));
        driver.advance(Duration.ofHours(1));

        assertThat(driver.letters())
                .hasSize(4)
                .allSatisfy(letter -> {
                    assertThat(letter.getStage()).isEqualTo("accounting.check");
                    assertThat(letter.getReason()).contains("token count");
                });
        assertThat(driver.charges()).hasSize(1);
        assertThat(driver.costs(BucketLength.MONTH).values())
                .singleElement()
                .satisfies(month -> {
                    assertThat(month.getAttempts()).isEqualTo(1);
                    assertThat(month.getInputTokens()).isEqualTo(1_000);
                });
    }

    @Test
    void what_an_attempt_must_have_is_checked() {
        Attempt start = started(1).build();
        driver.send(Attempt.newBuilder(start).setPhase(AttemptPhase.UNKNOWN).build());
        driver.send(Attempt.newBuilder(start).setPhase(AttemptPhase.ENDED).build());
        driver.send(Attempt.newBuilder(start).setDeadline(Instant.ofEpochMilli(1L << 60)).build());
        driver.send(Attempt.newBuilder(start).setStartedAt(Instant.ofEpochMilli(-1)).build());
        driver.send("someone else", driver.bytes(completed(1)), START);
        driver.send(null, driver.bytes(completed(1)), START);
        driver.send(ended(start, AttemptOutcome.ABANDONED, null));

        List<String> reasons = driver.letters().stream().map(DeadLetter::getReason).toList();
        assertThat(reasons).hasSize(7);
        assertThat(reasons.get(0)).contains("phase");
        assertThat(reasons.get(1)).contains("ended_at is missing");
        assertThat(reasons.get(2)).contains("deadline");
        assertThat(reasons.get(3)).contains("started_at");
        assertThat(reasons.get(4)).contains("key is not its tenant");
        assertThat(reasons.get(5)).contains("key is not its tenant");
        assertThat(reasons.get(6)).contains("is not abandoned");
        assertThat(driver.charges()).isEmpty();
        assertThat(driver.size(AccountingTopology.ATTEMPTS)).isZero();
    }

    @Test
    void closed_attempts_are_forgotten_after_the_window_and_never_charged_again() {
        // Given an attempt that ended, one that was abandoned, and one seven days later
        driver.send(completed(1));
        driver.send(started(2).build());
        driver.advance(Duration.ofHours(1));
        assertThat(driver.charges()).hasSize(2);
        driver.advance(Duration.ofDays(7));
        driver.send(at(completed(3), driver.now()));

        // When the window has passed the first two
        driver.advance(Duration.ofSeconds(1));

        // Then nothing is left of them, and what comes again is not charged
        assertThat(driver.size(AccountingTopology.ATTEMPTS)).isZero();
        driver.send(completed(1));
        driver.send(completed(2));
        driver.send(started(1).build());
        driver.restart();
        driver.send(completed(1));
        assertThat(driver.charges()).hasSize(3);
        assertThat(driver.letters())
                .hasSize(4)
                .allSatisfy(letter -> assertThat(letter.getStage()).isEqualTo("accounting.dedupe"));

        // And the third one and its request are kept, the event time and the prices: each of them,
        // and that there are some
        int prices = Attempts.PRICES.configured().size();
        assertThat(driver.size(AccountingTopology.ATTEMPT_INDEX)).isEqualTo(3 + 1 + prices);
    }

    @Test
    void a_clock_that_runs_ahead_makes_no_other_attempt_too_old() {
        driver.send(at(completed(1), START.plus(Duration.ofDays(365))));
        driver.send(completed(2));

        assertThat(driver.letters()).isEmpty();
        assertThat(driver.charges()).hasSize(2);
    }

    private static Attempt at(Attempt completed, Instant time) {
        return Attempt.newBuilder(completed)
                .setStartedAt(time)
                .setEndedAt(time.plusSeconds(2))
                .build();
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
