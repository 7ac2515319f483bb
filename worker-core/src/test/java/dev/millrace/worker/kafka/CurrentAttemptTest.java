package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CurrentAttemptTest {
    private static final Instant ACCEPTED = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(ACCEPTED);
    private final CurrentAttempt attempt =
            new CurrentAttempt(
                    TestDispatches.taken(TestLog.request("{}").setCreatedAt(ACCEPTED).build()),
                    now::get);

    @Test
    void an_attempt_takes_until_its_end_however_late_its_answer_goes_out() {
        attempt.begin(1, at(100));
        now.set(at(150));
        assertThat(attempt.upstreamMillis()).isEqualTo(50);

        attempt.ended(at(180));
        now.set(at(900));
        assertThat(attempt.upstreamMillis()).isEqualTo(80);
    }

    @Test
    void an_answer_that_could_not_be_repaired_tells_of_its_own_attempt() {
        attempt.begin(1, at(100));
        attempt.ended(at(180));
        attempt.begin(2, at(500));
        attempt.ended(at(900));
        assertThat(attempt.answering()).isEqualTo(2);
        assertThat(attempt.upstreamMillis()).isEqualTo(400);

        attempt.fallBack();

        assertThat(attempt.answering()).isEqualTo(1);
        assertThat(attempt.upstreamMillis()).isEqualTo(80);
        assertThat(attempt.number()).as("those that were made").isEqualTo(2);
        assertThat(attempt.calls()).isEqualTo(2);
    }

    private static Instant at(long millis) {
        return ACCEPTED.plusMillis(millis);
    }
}
