package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.DEADLINE;
import static dev.millrace.accounting.stream.Attempts.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Attempt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAttemptsTest {

    private static final int STEPS = 4_000;
    private static final int DISPATCHES = 10;
    private static final int FENCES = 5;
    private static final int LIMIT = 3;

    private final OpenAttempts open = new OpenAttempts();
    private final List<Attempt> expected = new ArrayList<>();
    private final Map<UUID, byte[]> stored = new HashMap<>();

    /// Against a list of what is open, and a map of what was stored.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void it_knows_what_is_open_and_stores_it_once(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(20)) {
                case 0 -> open.store(this::store);
                case 1, 2, 3, 4, 5, 6, 7, 8 -> remove(random);
                default -> add(random);
            }
            UUID dispatch = dispatch(random);
            long fence = random.nextInt(FENCES + 1);
            assertThat(open.below(dispatch, fence))
                    .isEqualTo(
                            expected.stream()
                                    .filter(one -> one.getDispatchId().equals(dispatch))
                                    .filter(one -> one.getFence() < fence)
                                    .map(Attempt::getAttemptId)
                                    .sorted()
                                    .toList());
            due(random);
        }
        assertThat(expected).isNotEmpty();
        open.store(this::store);
        assertThat(expected).allMatch(one -> stored.containsKey(one.getAttemptId()));
    }

    private void add(SplittableRandom random) {
        Attempt attempt =
                started(1)
                        .setAttemptId(new UUID(random.nextLong(), random.nextLong()))
                        .setDispatchId(dispatch(random))
                        .setFence(random.nextInt(FENCES))
                        .setDeadline(DEADLINE.plusSeconds(random.nextInt(100)))
                        .build();
        UUID id = attempt.getAttemptId();
        assertThat(open.contains(id)).isFalse();
        if (random.nextInt(10) == 0) {
            stored.put(id, new byte[0]);
            open.addStored(attempt, attempt.getDeadline());
        } else {
            byte[] record = {1};
            open.add(attempt, attempt.getDeadline(), record);
            assertThat(open.unstored(id)).isSameAs(record);
        }
        expected.add(attempt);
        assertThat(open.contains(id)).isTrue();
    }

    private void remove(SplittableRandom random) {
        if (expected.isEmpty()) {
            return;
        }
        UUID id = expected.remove(random.nextInt(expected.size())).getAttemptId();
        boolean known = stored.containsKey(id);
        assertThat(open.unstored(id) == null).isEqualTo(known);
        assertThat(open.remove(id)).isEqualTo(known);
        assertThat(open.contains(id)).isFalse();
        assertThat(open.remove(id)).isFalse();
    }

    private void store(UUID id, byte[] record) {
        assertThat(expected).anyMatch(one -> one.getAttemptId().equals(id));
        assertThat(stored.put(id, record)).isNull();
    }

    private void due(SplittableRandom random) {
        var until = DEADLINE.plusSeconds(random.nextInt(-1, 101));
        List<UUID> due =
                expected.stream()
                        .filter(one -> !one.getDeadline().isAfter(until))
                        .map(Attempt::getAttemptId)
                        .toList();
        assertThat(open.due(until, STEPS)).containsExactlyInAnyOrderElementsOf(due);
        assertThat(open.due(until, LIMIT)).hasSize(Math.min(LIMIT, due.size()));
        assertThat(due).containsAll(open.due(until, LIMIT));
    }

    private static UUID dispatch(SplittableRandom random) {
        return new UUID(0xd, random.nextInt(DISPATCHES));
    }
}
