package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.attemptId;
import static dev.millrace.accounting.stream.Attempts.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.Bill;
import dev.millrace.accounting.ledger.Consumption;
import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.schemas.Charge;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.topology.StoreKeys;
import dev.millrace.topology.TimeQueue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class AttemptStatesTest {

    private static final byte COUNTED_BEFORE_CHARGES_TOLD = 3;

    @Test
    void an_attempt_that_an_older_version_gave_up_still_counts_its_request() {
        KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("attempts").get();
        RecordSerdes serdes = RecordSerdes.builtIn();
        Charge charge =
                ChargeRecords.abandoned(
                        started(1).build(), Bill.of(Consumption.estimate(100), null, null), false);
        try (Serializer<Charge> serializer = serdes.serializer()) {
            byte[] record = serializer.serialize("", charge);
            store.put(
                    Bytes.wrap(StoreKeys.bytes(attemptId(1))),
                    ByteBuffer.allocate(1 + record.length)
                            .put(COUNTED_BEFORE_CHARGES_TOLD)
                            .put(record)
                            .array());
        }

        AttemptStates states =
                new AttemptStates(
                        store,
                        Stores.inMemoryKeyValueStore("attempt-index").get(),
                        new Topics(TopicLayout.embedded(1 << 20)),
                        serdes);
        states.load(started -> {});

        assertThat(states.findClosed(attemptId(1), START))
                .isEqualTo(new Abandoned(Charge.newBuilder(charge).setCountsRequest(true).build()));
        states.close();
    }

    @Test
    void attempts_that_an_older_version_closed_are_recognised_until_they_expire() {
        KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("attempts").get();
        KeyValueStore<Bytes, byte[]> index = Stores.inMemoryKeyValueStore("attempt-index").get();
        byte[] ended = {4};
        store.put(Bytes.wrap(StoreKeys.bytes(attemptId(1))), ended);
        Instant expiry = START.plus(Duration.ofDays(7));
        new TimeQueue(index, 'e').put(expiry, attemptId(1), new byte[] {1});
        AttemptStates states =
                new AttemptStates(
                        store,
                        index,
                        new Topics(TopicLayout.embedded(1 << 20)),
                        RecordSerdes.builtIn());
        states.load(started -> {});

        assertThat(states.findClosed(attemptId(1), START)).isEqualTo(new Ended(null));
        assertThat(states.forgetFormer(expiry.minusMillis(1), 10)).isEmpty();
        assertThat(states.forgetFormer(expiry, 10))
                .extracting(AttemptStates.Forgotten::id)
                .containsExactly(attemptId(1));

        assertThat(states.findClosed(attemptId(1), START)).isNull();
        assertThat(index.approximateNumEntries()).isZero();
        states.close();
    }

    @Test
    void what_an_earlier_instance_closed_is_recognised_and_what_it_did_not_is_new() {
        KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("attempts").get();
        KeyValueStore<Bytes, byte[]> index = Stores.inMemoryKeyValueStore("attempt-index").get();
        Topics topics = new Topics(TopicLayout.embedded(1 << 20));
        AttemptStates before = new AttemptStates(store, index, topics, RecordSerdes.builtIn());
        assertThat(before.latestClosed()).isEqualTo(Instant.EPOCH);
        for (int i = 1; i <= 3; i++) {
            before.close(attemptId(i), START.plusMillis(i), new Ended(attemptId(10 + i)), false);
        }
        before.close();

        AttemptStates after = new AttemptStates(store, index, topics, RecordSerdes.builtIn());
        assertThat(after.latestClosed()).isEqualTo(START.plusMillis(3));
        for (int i = 1; i <= 3; i++) {
            assertThat(after.findClosed(attemptId(i), START.plusMillis(i)))
                    .isEqualTo(new Ended(attemptId(10 + i)));
        }
        assertThat(after.findClosed(attemptId(4), START.plusMillis(4))).isNull();
        after.close(attemptId(4), START.plusMillis(4), new Ended(null), false);
        assertThat(after.findClosed(attemptId(4), START.plusMillis(4))).isEqualTo(new Ended(null));
        after.close();
    }
}
