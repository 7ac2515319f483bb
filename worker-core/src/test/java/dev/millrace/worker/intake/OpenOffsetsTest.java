package dev.millrace.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenOffsetsTest {

    @Test
    void records_done_behind_one_that_hangs_are_not_repeated_by_the_next_owner() {
        OpenOffsets first = OpenOffsets.startingAt(100);
        for (long offset = 100; offset < 130; offset++) {
            assertThat(first.take(offset)).isTrue();
        }
        for (long offset = 101; offset < 130; offset++) {
            first.done(offset);
        }

        Commit commit = first.commit();
        OpenOffsets second = OpenOffsets.restore(commit);

        assertThat(commit.offset()).isEqualTo(100);
        assertThat(taken(second, 100, 135)).containsExactly(100L, 130L, 131L, 132L, 133L, 134L);
    }

    @Test
    void with_nothing_open_the_commit_is_the_next_offset_alone() {
        OpenOffsets offsets = OpenOffsets.startingAt(7);
        offsets.take(7);
        offsets.done(7);

        assertThat(offsets.commit()).isEqualTo(new Commit(8, ""));
        assertThat(OpenOffsets.restore(offsets.commit()).take(8)).isTrue();
    }

    @Test
    void what_the_last_owner_left_open_stays_open_until_it_is_read_and_done() {
        OpenOffsets first = OpenOffsets.startingAt(0);
        taken(first, 0, 10);
        List.of(1L, 2L, 4L, 5L, 6L, 8L, 9L).forEach(first::done);

        OpenOffsets second = OpenOffsets.restore(first.commit());
        assertThat(second.size()).isEqualTo(3);
        assertThat(second.commit()).isEqualTo(first.commit());

        second.take(0);
        second.done(0);
        assertThat(second.commit().offset()).isEqualTo(3);
        assertThat(taken(OpenOffsets.restore(second.commit()), 3, 11)).containsExactly(3L, 7L, 10L);
    }

    @Test
    void an_open_offset_that_the_log_no_longer_has_is_given_up() {
        OpenOffsets first = OpenOffsets.startingAt(0);
        taken(first, 0, 5);
        List.of(1L, 3L, 4L).forEach(first::done);

        OpenOffsets second = OpenOffsets.restore(first.commit());
        second.take(2);
        second.done(2);

        assertThat(second.commit()).isEqualTo(new Commit(5, ""));
    }

    @Test
    void a_distance_of_millions_costs_next_to_nothing() {
        OpenOffsets offsets = OpenOffsets.startingAt(0);
        offsets.take(0);
        for (long offset = 1; offset < 3_000_000; offset++) {
            offsets.take(offset);
            offsets.done(offset);
        }

        assertThat(offsets.commit().metadata()).hasSizeLessThan(16);
    }

    @Test
    void a_full_partition_fits_the_metadata_and_comes_back_as_it_was() {
        SplittableRandom random = new SplittableRandom(1);
        TreeSet<Long> open = new TreeSet<>();
        long offset = 1L << 40;
        while (open.size() < OpenOffsets.MOST) {
            open.add(offset);
            offset += 1 + random.nextInt(10_000);
        }

        Commit commit = OffsetCodec.encode(offset, open);

        assertThat(commit.metadata()).hasSizeLessThanOrEqualTo(OffsetCodec.MOST_CHARACTERS);
        assertThat(OffsetCodec.decode(commit))
                .hasValue(new OffsetCodec.Decoded(offset, List.copyOf(open)));
    }

    @Test
    void what_does_not_fit_counts_as_not_taken_in() {
        TreeSet<Long> open = new TreeSet<>();
        for (long i = 0; i < OpenOffsets.MOST; i++) {
            open.add(i * 300_000_000_000L);
        }

        Commit commit = OffsetCodec.encode(open.last() + 1, open);

        assertThat(commit.metadata()).hasSizeLessThanOrEqualTo(OffsetCodec.MOST_CHARACTERS);
        OffsetCodec.Decoded decoded = OffsetCodec.decode(commit).orElseThrow();
        assertThat(decoded.open()).isEqualTo(List.copyOf(open).subList(0, decoded.open().size()));
        assertThat(decoded.next()).isEqualTo(List.copyOf(open).get(decoded.open().size()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "m1:", "m1:!!", "m1:gICAgICAgICAgIA", "{\"v\":1}", "m1:AA", "m1:AQUF"})
    void foreign_metadata_counts_as_none(String metadata) {
        OpenOffsets offsets = OpenOffsets.restore(new Commit(5, metadata));

        assertThat(taken(offsets, 5, 8)).containsExactly(5L, 6L, 7L);
    }

    @Test
    void a_partition_is_full_at_a_thousand() {
        OpenOffsets offsets = OpenOffsets.startingAt(0);
        taken(offsets, 0, OpenOffsets.MOST - 1);
        assertThat(offsets.isFull()).isFalse();

        offsets.take(OpenOffsets.MOST);
        assertThat(offsets.isFull()).isTrue();

        offsets.done(3);
        assertThat(offsets.isFull()).isFalse();
    }

    private static List<Long> taken(OpenOffsets offsets, long from, long to) {
        List<Long> taken = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            if (offsets.take(offset)) {
                taken.add(offset);
            }
        }
        return taken;
    }
}
