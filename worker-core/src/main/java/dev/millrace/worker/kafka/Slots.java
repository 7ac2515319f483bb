package dev.millrace.worker.kafka;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.ServerLoad;
import dev.millrace.worker.quota.Grant;
import dev.millrace.worker.retry.ErrorAnswers;
import dev.millrace.worker.window.AdaptiveWindow;
import dev.millrace.worker.window.LaneShare;
import dev.millrace.worker.window.ServerPressure;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Gives the slots of a pool's window to the dispatches that wait, and takes them back. Belongs to
/// the polling thread; other threads only add events, read the published numbers, and cancel.
final class Slots {
    private final RunParts parts;
    private final AdaptiveWindow window;
    private final LaneQueues queues = new LaneQueues();
    private final Map<TopicPartition, PartitionState> partitions = new HashMap<>();
    private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
    private final Set<DispatchRun> running = ConcurrentHashMap.newKeySet();
    private final Consumer<String> cancelling = this::cancel;
    private final VainWaits vain;
    private int batchInFlight;
    private volatile int publishedLimit;
    private volatile int publishedInFlight;

    Slots(RunParts parts, int concurrency) {
        this.parts = parts;
        this.window = new AdaptiveWindow(1, concurrency);
        this.vain =
                new VainWaits(parts, queues, window, (taken, error) -> start(taken, null, error));
        this.publishedLimit = concurrency;
        parts.cancelled().onCancellation(cancelling);
    }

    Map<TopicPartition, PartitionState> partitions() {
        return partitions;
    }

    LaneQueues queues() {
        return queues;
    }

    void tell(PoolEvent event) {
        events.add(event);
    }

    int limit() {
        return publishedLimit;
    }

    int inFlight() {
        return publishedInFlight;
    }

    Collection<DispatchRun> running() {
        return running;
    }

    /// Takes in what the runs have told since the last time.
    void takeEvents() {
        Instant now = parts.clock().instant();
        for (PoolEvent event = events.poll(); event != null; event = events.poll()) {
            switch (event) {
                case PoolEvent.Succeeded(Instant start, Duration latency, boolean stream) ->
                        window.succeeded(start, latency, stream, now);
                case PoolEvent.Throttled throttled -> throttled(throttled, now);
                case PoolEvent.Reconfigured(Limits limits) -> {
                    parts.quota().limit(limits, now);
                    window.resize(limits.concurrency());
                }
                case PoolEvent.ServerChanged _ -> window.serverChanged();
                case PoolEvent.LoadSeen(ServerLoad load, Instant at) ->
                        window.follow(ServerPressure.of(load), at, now);
                case PoolEvent.Buried(PartitionState state, long offset) ->
                        state.offsets().done(offset);
                case PoolEvent.Done done -> finished(done.run(), true);
                case PoolEvent.Left left -> finished(left.run(), false);
                case PoolEvent.Postponed(DispatchRun run, TakenDispatch again) -> {
                    finished(run, false);
                    if (owns(again)) {
                        queues.putBack(again);
                    }
                }
                case PoolEvent.PutOff(DispatchRun run, TakenDispatch again) -> {
                    finished(run, false);
                    if (owns(again)) {
                        putOff(again, now);
                    }
                }
            }
        }
        publish();
    }

    /// A provider that serves others whenever it throttles one means that one: it may ask for more
    /// than it will ever get. That says nothing of the window.
    private void throttled(PoolEvent.Throttled event, Instant now) {
        boolean aboutItself =
                event.taken().throttling().isAboutItself()
                        && event.retryAfter().isZero()
                        && wasOvertaken(event.taken());
        if (!aboutItself) {
            window.throttled(event.startedAt(), event.retryAfter(), now);
        }
    }

    /// The first of a lane that is throttled once stays the first; one that is throttled again lets
    /// the others have a try. One that others overtake time and again is told so.
    private void putOff(TakenDispatch taken, Instant now) {
        TakenDispatch again = taken.throttled(wasOvertaken(taken), now);
        if (again.throttling().isHopeless()) {
            start(again, null, ErrorAnswers.throttled(null));
        } else if (taken.throttling().last() == null) {
            queues.putBack(again);
        } else {
            queues.add(again);
        }
    }

    /// Whether others were served since it was throttled last: calls to the same model, as
    /// providers have limits for each.
    private boolean wasOvertaken(TakenDispatch taken) {
        Instant last = taken.throttling().last();
        return last != null
                && parts.targets().servedSince(taken.dispatch().getUpstreamModel(), last);
    }

    /// The pool has other partitions than before.
    void partitionsChanged() {
        window.share(parts.quota().held(), parts.quota().of());
        if (partitions.isEmpty()) {
            parts.targets().clear();
        }
        publish();
    }

    /// Starts as many as the window and the quota let. Nobody overtakes in its lane: what is large
    /// would else wait for ever. Interactive ones go on, slower, while a batch's waits its turn.
    void start() {
        Instant now = parts.clock().instant();
        boolean more = true;
        while (more) {
            more = startNext(now);
        }
        publish();
    }

    private boolean startNext(Instant now) {
        TakenDispatch taken = next(now);
        if (taken == null) {
            return false;
        }
        Grant grant = parts.quota().ask(taken.demand(), taken.isBatch(), now);
        TakenDispatch passing =
                grant == null && taken.isBatch()
                        ? queues.peek(LaneShare.Next.INTERACTIVE, now)
                        : null;
        if (passing != null) {
            grant = parts.quota().askBefore(taken.demand(), passing.demand(), now);
        }
        if (grant == null) {
            return false;
        }
        TakenDispatch granted = passing == null ? taken : passing;
        queues.remove(granted);
        start(granted, grant, null);
        return true;
    }

    private @Nullable TakenDispatch next(Instant now) {
        boolean batchFirst =
                LaneShare.isBelowFloor(window.limit(), batchInFlight)
                        && (!parts.quota().limited() || parts.quota().isBatchsTurn());
        return queues.peek(
                LaneShare.next(
                        window.free(now),
                        batchFirst,
                        queues.peek(LaneShare.Next.INTERACTIVE, now) != null,
                        queues.peek(LaneShare.Next.BATCH, now) != null),
                now);
    }

    /// Ends those that wait in vain.
    void endTheVain() {
        vain.end(parts.clock().instant());
    }

    /// How long the polling thread may stay away: not at all where a slot may become free, and no
    /// longer than the quota makes the next one wait.
    Duration patience(Duration most, Duration least) {
        Instant now = parts.clock().instant();
        TakenDispatch taken = next(now);
        if (taken == null) {
            return window.free(now) > 0 ? most : between(least, window.closedFor(now), most);
        }
        return between(least, parts.quota().wait(taken.demand(), now), most);
    }

    private static Duration between(Duration least, Duration wait, Duration most) {
        Duration longEnough = wait.compareTo(least) < 0 ? least : wait;
        return longEnough.compareTo(most) > 0 ? most : longEnough;
    }

    /// The polling has ended: nobody is told of cancellations any more.
    void close() {
        parts.cancelled().forget(cancelling);
    }

    /// @param grant null for a run that makes no call, and takes no slot
    private void start(TakenDispatch taken, @Nullable Grant grant, @Nullable ErrorAnswer refusal) {
        PartitionState state = partitions.get(taken.place());
        if (state == null) {
            return;
        }
        DispatchRun run = new DispatchRun(taken, parts, events::add, grant, refusal);
        state.running().add(run);
        running.add(run);
        if (run.holdsSlot()) {
            window.started(parts.clock().instant());
            batchInFlight += taken.isBatch() ? 1 : 0;
        }
        Thread.ofVirtual().name("dispatch-" + taken.requestId()).start(run);
    }

    private void finished(DispatchRun run, boolean done) {
        running.remove(run);
        TakenDispatch taken = run.taken();
        if (run.holdsSlot()) {
            window.released();
            batchInFlight -= taken.isBatch() ? 1 : 0;
        }
        PartitionState state = partitions.get(taken.place());
        if (state != null && state.running().remove(run) && done) {
            state.offsets().done(taken.offset());
        }
    }

    private boolean owns(TakenDispatch taken) {
        PartitionState state = partitions.get(taken.place());
        return state != null && state.owner() == taken.fence();
    }

    private void cancel(String id) {
        for (DispatchRun run : running) {
            if (run.taken().requestId().equals(id) || id.equals(run.taken().batchId())) {
                run.interruption().ask(Interruption.Reason.CANCELLED);
            }
        }
    }

    private void publish() {
        publishedLimit = window.limit();
        publishedInFlight = window.inFlight();
    }
}
