package dev.millrace.cli.compare;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Makes calls in lanes: in each, so many at once and in their order; the lanes at the same time.
/// Every call has a virtual thread of its own. What comes of them is taken by the thread that waits
/// for it, so nothing of it is shared.
final class Lanes {

    /// Makes one call.
    @FunctionalInterface
    interface Caller<Q, A> {

        A call(Q question) throws InterruptedException;
    }

    /// Takes what came of one.
    @FunctionalInterface
    interface Taker<Q, A> {

        void take(Q question, A answer);
    }

    private record Done<Q, A>(Q question, A answer, Iterator<Q> lane) {}

    private Lanes() {}

    /// Returns when all calls are done and taken.
    ///
    /// @param atOnce how many calls of a lane run at once
    /// @throws InterruptedException if this thread is interrupted; the calls under way are then
    ///   ended and not taken
    static <Q, A> void run(List<List<Q>> lanes, int atOnce, Caller<Q, A> caller, Taker<Q, A> taker)
            throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Done<Q, A>> calls = new ExecutorCompletionService<>(threads);
            try {
                int running = 0;
                for (List<Q> questions : lanes) {
                    Iterator<Q> lane = questions.iterator();
                    for (int i = 0; i < atOnce; i++) {
                        running += start(calls, lane, caller);
                    }
                }
                while (running > 0) {
                    Done<Q, A> done = calls.take().get();
                    taker.take(done.question(), done.answer());
                    running += start(calls, done.lane(), caller) - 1;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a call failed inside", e.getCause());
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /// @return how many calls it has started: 1, or 0 at the end of the lane
    private static <Q, A> int start(
            CompletionService<Done<Q, A>> calls, Iterator<Q> lane, Caller<Q, A> caller) {
        if (!lane.hasNext()) {
            return 0;
        }
        Q question = lane.next();
        var _ = calls.submit(() -> new Done<>(question, caller.call(question), lane));
        return 1;
    }
}
