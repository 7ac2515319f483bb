package dev.millrace.accounting.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.stream.UnsummedCharges.Left;
import dev.millrace.accounting.stream.UnsummedCharges.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsummedChargesTest {

    private static final int STEPS = 3_000;
    private static final int SLOW_STEPS = 40;

    private final KeyValueStore<String, byte[]> store =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore("costs"),
                            Serdes.String(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();

    /// What each part has summed up, and how many charges there are: in memory and when it was
    /// committed.
    private long[] summed = new long[Part.values().length];

    private long added;
    private long[] committedSummed = summed.clone();
    private long committedAdded;
    private Map<String, byte[]> committed = new HashMap<>();

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatever_a_commit_has_is_found_by_whoever_comes_next(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        UnsummedCharges charges = restarted();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0, 1 -> commit(charges);
                case 2, 3 -> sum(charges, Part.TOTALS);
                case 4 -> sum(charges, Part.LABELS);
                case 5 -> {
                    rollBack();
                    charges = restarted();
                }
                default -> {
                    for (int more = random.nextInt(20); more >= 0 && !charges.isFull(); more--) {
                        charges.add(charge(added));
                        added++;
                    }
                }
            }
            for (Part part : Part.ALL) {
                assertThat(charges.isEmpty(part)).isEqualTo(added == summed[part.ordinal()]);
            }
        }
        assertThat(keys("charges|").size()).isLessThan(STEPS / 10);
    }

    @Test
    void there_is_room_for_a_fixed_number_of_them() {
        UnsummedCharges charges = restarted();
        for (int more = 0; more < UnsummedCharges.MOST; more++) {
            assertThat(charges.isFull()).isFalse();
            charges.add(new byte[0]);
            // Each in a page of its own
            charges.store();
        }
        assertThat(charges.isFull()).isTrue();
        assertThat(new UnsummedCharges(store).load()).hasSize(UnsummedCharges.MOST);
        assertThat(keys("charges|")).hasSize(UnsummedCharges.MOST);

        Part.ALL.forEach(charges::clear);
        assertThat(charges.isFull()).isFalse();
        charges.add(new byte[1]);
        charges.store();
        assertThat(new UnsummedCharges(store).load()).hasSize(1);
        assertThat(keys("charges|")).hasSize(UnsummedCharges.MOST);
    }

    @Test
    void what_a_commit_has_in_all_sums_is_not_stored() {
        UnsummedCharges charges = restarted();
        for (int i = 0; i < SLOW_STEPS; i++) {
            charges.add(charge(i));
            Part.ALL.forEach(charges::clear);
            charges.store();
        }
        assertThat(keys("charges|")).isEmpty();
    }

    @Test
    void what_an_older_version_left_is_taken_up_and_then_forgotten() {
        // Given places that are used anew, by charges that are in all sums, in one part, in none
        store.put("summed|", ByteBuffer.allocate(8).putLong(3).array());
        store.put("summed-labels|", ByteBuffer.allocate(8).putLong(2).array());
        for (int number = 0; number < 5; number++) {
            byte[] charge = charge(number);
            store.put(
                    "charge|000" + number,
                    ByteBuffer.allocate(8 + charge.length).putLong(number).put(charge).array());
        }

        // When this version takes over, and another instance of it
        UnsummedCharges first = new UnsummedCharges(store);
        List<Left> left = first.load();
        first.add(charge(5));
        first.store();
        UnsummedCharges second = new UnsummedCharges(store);
        List<Left> again = second.load();

        // Then both know of all that are missing
        assertThat(left).extracting(one -> number(one)).containsExactly(2L, 3L, 4L);
        assertThat(left.getFirst().missing()).containsExactly(Part.LABELS);
        assertThat(left.getLast().missing()).isEqualTo(Part.ALL);
        assertThat(again).extracting(one -> number(one)).containsExactly(2L, 3L, 4L, 5L);

        // And what is in all sums is forgotten
        Part.ALL.forEach(second::clear);
        UnsummedCharges third = new UnsummedCharges(store);
        assertThat(third.load()).isEmpty();
        assertThat(keys("charge|")).isEmpty();
        assertThat(third.isEmpty(Part.TOTALS)).isTrue();
    }

    private void commit(UnsummedCharges charges) {
        charges.store();
        committed = new HashMap<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> committed.put(entry.key, entry.value));
        }
        committedSummed = summed.clone();
        committedAdded = added;
    }

    private void sum(UnsummedCharges charges, Part part) {
        charges.clear(part);
        summed[part.ordinal()] = added;
    }

    private void rollBack() {
        keys("").forEach(store::delete);
        committed.forEach(store::put);
        summed = committedSummed.clone();
        added = committedAdded;
    }

    /// One that starts on the store, and is told exactly what is missing.
    private UnsummedCharges restarted() {
        UnsummedCharges charges = new UnsummedCharges(store);
        long begin = Arrays.stream(summed).min().orElseThrow();
        List<Left> left = charges.load();
        assertThat(left).hasSize((int) (added - begin));
        for (int i = 0; i < left.size(); i++) {
            long number = begin + i;
            assertThat(left.get(i).record()).isEqualTo(charge(number));
            Set<Part> missing = EnumSet.noneOf(Part.class);
            for (Part part : Part.ALL) {
                if (number >= summed[part.ordinal()]) {
                    missing.add(part);
                }
            }
            assertThat(left.get(i).missing()).isEqualTo(missing);
        }
        return charges;
    }

    private Set<String> keys(String prefix) {
        Set<String> keys = new HashSet<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> {
                if (entry.key.startsWith(prefix)) {
                    keys.add(entry.key);
                }
            });
        }
        return keys;
    }

    /// Now and then one that is longer than a page.
    private static byte[] charge(long number) {
        byte[] text = Long.toString(number).getBytes(UTF_8);
        return Arrays.copyOf(
                text, number % 50 == 0 ? 100_000 : text.length + (int) (number % 40) * 100);
    }

    private static long number(Left left) {
        return Long.parseLong(new String(left.record(), UTF_8).trim());
    }
}
