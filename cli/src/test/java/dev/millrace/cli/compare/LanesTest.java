package dev.millrace.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final List<Integer> SIX = IntStream.range(0, 6).boxed().toList();

    @Test
    void one_at_a_time_is_in_order() throws Exception {
        List<Integer> done = new ArrayList<>();

        Lanes.run(List.of(SIX), 1, i -> 10 * i, (_, tenfold) -> done.add(tenfold));

        assertThat(done).containsExactly(0, 10, 20, 30, 40, 50);
    }

    @Test
    void as_many_run_at_once_as_are_allowed_in_each_lane_and_no_more() throws Exception {
        // Given calls that wait until two of each lane are there
        CyclicBarrier four = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Lanes.run(
                List.of(SIX, SIX),
                2,
                i -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    try {
                        four.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new AssertionError("fewer run at once", e);
                    }
                    running.decrementAndGet();
                    return i;
                },
                (_, _) -> {});

        assertThat(most).hasValueLessThanOrEqualTo(4);
    }

    @Test
    void an_interrupt_ends_the_calls_under_way() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        List<Integer> done = new ArrayList<>();
        Thread here = Thread.currentThread();
        AtomicInteger waiting = new AtomicInteger();

        assertThatThrownBy(() ->
                        Lanes.run(
                                List.of(SIX),
                                2,
                                i -> {
                                    if (i < 2) {
                                        return i;
                                    }
                                    try {
                                        if (waiting.incrementAndGet() == 2) {
                                            here.interrupt();
                                        }
                                        new CountDownLatch(1).await();
                                        return i;
                                    } finally {
                                        ended.countDown();
                                    }
                                },
                                (i, _) -> done.add(i)))
                .isInstanceOf(InterruptedException.class);

        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(done).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void a_defect_is_no_outcome() {
        assertThatThrownBy(() ->
                        Lanes.run(
                                List.of(SIX),
                                1,
                                i -> {
                                    throw new IllegalStateException("defect " + i);
                                },
                                (_, _) -> {}))
                .hasRootCauseMessage("defect 0");
    }
}
