package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.PRICES;
import static dev.millrace.accounting.stream.Attempts.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commits come whenever they like: between any two records, or after many.
class SettlementTest {

    private static final int HISTORIES = 300;
    private static final Instant LATER = START.plus(Duration.ofDays(1));

    private static final RecordSerdes SERDES = RecordSerdes.builtIn();

    /// One partition's settlement on stores of its own.
    private static final class Partition {
        private final KeyValueStore<Bytes, byte[]> attempts =
                Stores.inMemoryKeyValueStore("attempts").get();
        private final KeyValueStore<Bytes, byte[]> index =
                Stores.inMemoryKeyValueStore("attempt-index").get();
        private final List<Charge> charges = new ArrayList<>();
        private Settlement settlement = started();

        private Settlement started() {
            AttemptStates states = new AttemptStates(attempts, index, LINKS.topics(), SERDES);
            return new Settlement(
                    states,
                    new AttemptIndex(index, states::latestClosed),
                    _ -> PRICES,
                    LINKS,
                    (charge, timestamp) -> charges.add(charge));
        }

        /// A commit, after which another instance goes on.
        private void commitAndMove() {
            settlement.keepOpen();
            settlement = started();
        }

        private void take(Attempt attempt, byte[] record) {
            if (attempt.getPhase() == AttemptPhase.STARTED) {
                settlement.start(attempt, record, START.toEpochMilli());
            } else {
                settlement.end(attempt, START.toEpochMilli());
            }
        }

        private Map<Bytes, ByteBuffer> kept(KeyValueStore<Bytes, byte[]> store) {
            Map<Bytes, ByteBuffer> kept = new HashMap<>();
            try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
                all.forEachRemaining(entry -> kept.put(entry.key, ByteBuffer.wrap(entry.value)));
            }
            return kept;
        }
    }

    private static final AccountingLinks LINKS =
            new AccountingLinks(
                    new Topics(TopicLayout.embedded(1 << 20)),
                    SERDES,
                    Attempts.inForce(() -> PRICES),
                    new RecordedCharges(List::of),
                    InstantSource.fixed(START),
                    "accounting-1",
                    AccountingDriver.GRACE,
                    AccountingDriver.WINDOW,
                    _ -> null,
                    AccountingDriver.CHECK_EVERY,
                    AccountingDriver.MOST_LABEL_VALUES);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void charges_and_stores_are_the_same_whenever_commits_come(long seed) {
        GeneratedTraffic traffic = new GeneratedTraffic(seed, HISTORIES);
        SplittableRandom random = new SplittableRandom(seed);
        Partition always = new Partition();
        Partition seldom = new Partition();

        try (Serializer<Attempt> serializer = SERDES.serializer()) {
            for (List<Attempt> records : List.of(traffic.early(), traffic.late())) {
                for (Attempt attempt : records) {
                    byte[] record = serializer.serialize("", attempt);
                    always.take(attempt, record);
                    always.settlement.keepOpen();
                    seldom.take(attempt, record);
                    switch (random.nextInt(200)) {
                        case 0 -> seldom.settlement.keepOpen();
                        case 1 -> seldom.commitAndMove();
                        default -> {}
                    }
                }
                always.settlement.abandonDue(LATER, LATER.toEpochMilli());
                seldom.settlement.abandonDue(LATER, LATER.toEpochMilli());
            }
        }
        always.settlement.keepOpen();
        seldom.settlement.keepOpen();

        assertThat(seldom.charges).isEqualTo(always.charges);
        assertThat(seldom.kept(seldom.attempts)).isEqualTo(always.kept(always.attempts));
        assertThat(seldom.kept(seldom.index)).isEqualTo(always.kept(always.index));
        assertThat(seldom.charges)
                .as("superseded and overdue")
                .anyMatch(charge -> charge.getOutcome() == AttemptOutcome.ABANDONED);
    }
}
