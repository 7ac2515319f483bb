package dev.millrace.accounting.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecentIdsTest {

    private record Timed(UUID id, long time) {}

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void what_was_added_is_never_new_however_much_came_after_it_and_in_whatever_order() {
        RecentIds ids = new RecentIds(0, Long.MAX_VALUE);
        List<Timed> added = new ArrayList<>();
        for (int i = 0; i < 400_000; i++) {
            Timed one = new Timed(id(), Math.max(1, i - random.nextInt(100_000)));
            ids.add(one.id(), one.time());
            added.add(one);
        }

        assertThat(added).noneMatch(one -> ids.isNew(one.id(), one.time()));
    }

    @Test
    void what_was_not_added_is_new_but_for_one_in_hundreds() {
        RecentIds ids = new RecentIds(0, Long.MAX_VALUE);
        for (int i = 0; i < 131_072; i++) {
            ids.add(new UUID((long) i << 16 | 0x7000, random.nextLong()), i);
        }

        int known = 0;
        for (int i = 0; i < 100_000; i++) {
            known +=
                    ids.isNew(new UUID(131_072L << 16 | 0x7000, random.nextLong()), 131_072)
                            ? 0
                            : 1;
        }

        assertThat(known).isLessThan(500);
    }

    @Test
    void nothing_is_new_of_times_that_were_before_it_began_or_are_beyond_its_limit() {
        RecentIds ids = new RecentIds(10, 20);

        assertThat(ids.isNew(id(), 10)).isFalse();
        assertThat(ids.isNew(id(), 11)).isTrue();
        assertThat(ids.isNew(id(), 20)).isTrue();
        assertThat(ids.isNew(id(), 21)).isFalse();
    }

    @Test
    void an_id_from_beyond_the_limit_does_not_make_all_others_unknown() {
        RecentIds ids = new RecentIds(0, 1_000_000);
        ids.add(id(), Long.MAX_VALUE);
        for (int i = 0; i < 200_000; i++) {
            ids.add(id(), 1 + i);
        }

        assertThat(ids.isNew(id(), 200_001)).isTrue();
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
