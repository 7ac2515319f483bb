package dev.millrace.worker.quota;

import static dev.millrace.worker.quota.Calls.START;
import static dev.millrace.worker.quota.Calls.prompt;
import static dev.millrace.worker.quota.Calls.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Limits;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchFloorTest {
    private static final int SECONDS = 1_800;

    @Test
    void batches_get_a_tenth_of_the_calls() {
        QuotaShare share = new QuotaShare(new Limits(64, 10_000L, null));
        share.takeOver(null, 1, START);
        int batch = 0;

        for (int i = 0; i < 100; i++) {
            boolean turn = share.isBatchsTurn();
            assertThat(share.ask(prompt(0), turn, START)).isNotNull();
            batch += turn ? 1 : 0;
        }

        assertThat(batch).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "50000, 500, 30",
        "90000, 500, 58",
        "500, 500, 2",
        "500, 20000, 20",
        "30000, 30000, 45",
        "100, 3000, 3"
    })
    void and_of_the_tokens_while_interactive_calls_go_on(
            long batch, long interactive, long longestPause) {
        Lanes lanes = new Lanes(batch, interactive);

        lanes.work();

        assertThat(lanes.batchTokens * 1.0 / lanes.tokens).isBetween(0.07, 0.12);
        assertThat(lanes.tokens).isBetween(100_000L * 30 * 8 / 10, 100_000L * 30);
        assertThat(lanes.longestPause).isLessThanOrEqualTo(Duration.ofSeconds(longestPause));
    }

    @Test
    void a_batch_call_gets_its_room_where_slots_become_free_seldom() {
        BatchFloor floor = new BatchFloor();
        long passed = 0;

        for (int second = 0; second <= 60; second += 5) {
            if (floor.mayPass(60_000, 100_000, second * 1_000)) {
                floor.granted(5_000, false);
                passed += 5_000;
            }
        }

        assertThat(passed).isLessThanOrEqualTo(45_000);
    }

    @Test
    void batches_that_were_alone_are_not_put_back_for_it() {
        QuotaShare share = new QuotaShare(new Limits(64, 10_000L, null));
        share.takeOver(null, 1, START);
        for (int i = 0; i < 100; i++) {
            assertThat(share.ask(prompt(0), true, START)).isNotNull();
        }

        for (int i = 0; i < 9; i++) {
            assertThat(share.isBatchsTurn()).isFalse();
            assertThat(share.ask(prompt(0), false, START)).isNotNull();
        }

        assertThat(share.isBatchsTurn()).isTrue();
    }

    /// Calls of both lanes without end, which ask as the slots of a pool do.
    private static final class Lanes {
        private final QuotaShare share = new QuotaShare(new Limits(64, null, 100_000L));
        private final long batch;
        private final long interactive;
        private Instant now = START;
        private Instant latest = START;
        private Duration longestPause = Duration.ZERO;
        private long tokens;
        private long batchTokens;

        Lanes(long batch, long interactive) {
            this.batch = batch;
            this.interactive = interactive;
            share.takeOver(null, 1, START);
        }

        void work() {
            for (; now.isBefore(START.plusSeconds(SECONDS)); now = now.plusMillis(100)) {
                while (startNext()) {}
            }
        }

        private boolean startNext() {
            boolean turn = share.isBatchsTurn();
            Grant grant = share.ask(prompt(turn ? batch : interactive), turn, now);
            if (grant != null) {
                count(grant, turn);
                return true;
            }
            Grant before = turn ? share.askBefore(prompt(batch), prompt(interactive), now) : null;
            if (before != null) {
                count(before, false);
            }
            return before != null;
        }

        private void count(Grant grant, boolean turn) {
            share.used(grant, used(grant.tokens(), 0), now);
            tokens += turn ? batch : interactive;
            if (turn) {
                batchTokens += batch;
            } else {
                Duration pause = Duration.between(latest, now);
                longestPause = pause.compareTo(longestPause) > 0 ? pause : longestPause;
                latest = now;
            }
        }
    }
}
