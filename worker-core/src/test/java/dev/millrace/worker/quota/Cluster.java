package dev.millrace.worker.quota;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Workers that share a provider's quota, with work without end, in a time of their own.
final class Cluster {
    static final int PARTITIONS = 24;
    private static final long STEP = 20;
    private static final long MINUTE = 60_000;

    /// What a call is, as nobody knows before it has ended.
    ///
    /// @param prompt tokens
    /// @param most completion tokens that the client allows; null where it does not say
    /// @param output completion tokens
    /// @param millis that it takes
    record Work(long prompt, @Nullable Long most, long output, long millis) {

        /// A call that takes no time and is foreseen exactly.
        static Work of(long tokens) {
            return new Work(tokens, 0L, 0, 0);
        }
    }

    /// A call that was made.
    record Made(long at, long tokens, long end) {}

    private record Running(QuotaShare share, int partition, Grant grant, Work work, long end) {}

    private final Random random = new Random(20261122);
    private final Random places = new Random(20261123);
    private final List<QuotaShare> workers;
    private final Integer[] owners = new Integer[PARTITIONS];
    private final @Nullable String[] committed = new String[PARTITIONS];
    private final PriorityQueue<Running> running =
            new PriorityQueue<>(Comparator.comparingLong(Running::end));
    private final List<Made> calls = new ArrayList<>();
    private long millis = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private long begun = millis;

    Cluster(int size, Limits limits) {
        workers = IntStream.range(0, size).mapToObj(_ -> new QuotaShare(limits)).toList();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            takeOver(partition, partition % size);
        }
    }

    /// Everybody calls as often as the quota lets.
    void work(long seconds, Function<Random, Work> kind) {
        List<Work> next = new ArrayList<>();
        workers.forEach(_ -> next.add(kind.apply(random)));
        for (long until = millis + seconds * 1000; millis < until; millis += STEP) {
            while (!running.isEmpty() && running.element().end() <= millis) {
                end(running.remove());
            }
            for (int worker = 0; worker < workers.size(); worker++) {
                while (call(worker, next.get(worker))) {
                    next.set(worker, kind.apply(random));
                }
            }
        }
    }

    /// Nobody calls.
    void rest(long seconds) {
        millis += seconds * 1000;
        begun = millis;
    }

    /// One partition goes to another worker.
    ///
    /// @param orderly whether its owner could say what it had spent
    void move(boolean orderly) {
        int partition = random.nextInt(PARTITIONS);
        QuotaShare from = workers.get(owners[partition]);
        if (orderly) {
            running.removeIf(call -> call.partition() == partition && ended(call));
            committed[partition] = from.handover(true) + "m1:rest";
        }
        from.giveAway(1);
        takeOver(partition, random.nextInt(workers.size()));
    }

    /// What every owner commits now and then.
    void commit() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            committed[partition] = workers.get(owners[partition]).handover(false);
        }
    }

    /// The most that any minute saw.
    long most(ToLongFunction<Made> amount) {
        long most = 0;
        long sum = 0;
        int oldest = 0;
        for (Made call : calls) {
            sum += amount.applyAsLong(call);
            while (calls.get(oldest).at() <= call.at() - MINUTE) {
                sum -= amount.applyAsLong(calls.get(oldest++));
            }
            most = Math.max(most, sum);
        }
        return most;
    }

    /// What a minute saw on average, from the second minute of work on.
    double perMinute(ToLongFunction<Made> amount) {
        long from = begun + MINUTE;
        return calls.stream().filter(call -> call.at() >= from).mapToLong(amount).sum()
                * (double) MINUTE
                / (millis - from);
    }

    List<Made> calls() {
        return calls;
    }

    private void takeOver(int partition, int worker) {
        owners[partition] = worker;
        workers.get(worker).takeOver(committed[partition], PARTITIONS, now());
        committed[partition] = workers.get(worker).handover(false);
    }

    private boolean call(int worker, Work work) {
        QuotaShare share = workers.get(worker);
        Grant grant = share.ask(new Demand("m", work.prompt(), work.most()), false, now());
        if (grant == null) {
            return false;
        }
        int partition = places.nextInt(PARTITIONS);
        Running call = new Running(share, partition, grant, work, millis + work.millis());
        calls.add(new Made(millis, work.prompt() + work.output(), call.end()));
        if (work.millis() == 0) {
            end(call);
        } else {
            running.add(call);
        }
        return true;
    }

    private boolean ended(Running call) {
        end(call);
        return true;
    }

    private void end(Running call) {
        long output = call.work().output();
        TokenUsage used = new TokenUsage(call.work().prompt(), 0, 0, output, 0, false);
        call.share().used(call.grant(), used, now());
    }

    private Instant now() {
        return Instant.ofEpochMilli(millis);
    }
}
