package dev.millrace.worker.quota;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One worker's share of a provider's requests and tokens per minute. Calls are granted by what
/// they will probably use and corrected by what they did use. Thread-safe.
///
/// | its partitions | its buckets |
/// |---|---|
/// | were given away by an owner that had ended | go on as they were |
/// | were lost by an owner | are empty, or in the debt that was last committed |
/// | were never owned | are full |
public final class QuotaShare {
    private static final double ROUNDING = 1e-3;

    /// The router's estimates of prompts were measured to lie within a quarter.
    private static final double TOO_HIGH = 1.25;

    /// What one waits that is never granted.
    private static final Duration NEVER = Duration.ofDays(1);

    private final SteadyTime time = new SteadyTime();
    private final Forecasts forecasts = new Forecasts();
    private final CallsInFlight inFlight = new CallsInFlight(forecasts);
    private final BatchFloor floor = new BatchFloor();
    private @Nullable Meter requests;
    private @Nullable Meter tokens;
    private @Nullable Long reservedCompletion;
    private int held;
    private int of = 1;
    private volatile boolean limited;

    /// A share of nothing, until partitions are taken over.
    public QuotaShare(Limits limits) {
        requests = meter(null, 1, limits.requestsPerMinute(), 0);
        tokens = meter(null, 0, limits.tokensPerMinute(), 0);
        reservedCompletion = limits.reservedCompletion();
        limited = requests != null || tokens != null;
    }

    /// Whether anything is bounded; if not, every call is granted at once.
    public boolean limited() {
        return limited;
    }

    /// Sets other limits. What had none begins empty.
    public synchronized void limit(Limits limits, Instant now) {
        double millis = time.millis(now);
        requests = meter(requests, 1, limits.requestsPerMinute(), millis);
        tokens = meter(tokens, 0, limits.tokensPerMinute(), millis);
        reservedCompletion = limits.reservedCompletion();
        limited = requests != null || tokens != null;
    }

    /// A partition comes.
    ///
    /// @param metadata of its last commit; null where there is none
    /// @param partitions how many the provider has in all
    public synchronized void takeOver(@Nullable String metadata, int partitions, Instant now) {
        Handover before = metadata == null ? null : Handover.of(metadata);
        boolean fresh = metadata == null;
        double millis = time.millis(now);
        held++;
        of = partitions;
        if (requests != null) {
            grow(requests, fresh, before, before == null ? 0 : before.requests(), millis);
        }
        if (tokens != null) {
            grow(tokens, fresh, before, before == null ? 0 : before.tokens(), millis);
        }
    }

    /// Partitions go.
    public synchronized void giveAway(int partitions) {
        held -= partitions;
        if (requests != null) {
            requests.shrink(share());
        }
        if (tokens != null) {
            tokens.shrink(share());
        }
    }

    /// How many partitions the worker owns.
    public synchronized int held() {
        return held;
    }

    /// How many partitions the provider has; 1 before that is known.
    public synchronized int of() {
        return of;
    }

    /// What to write in front of the metadata of a commit: nothing where nothing is bounded.
    ///
    /// @param last whether the partition is given away, and nothing more is spent for it
    public synchronized String handover(boolean last) {
        return limited ? new Handover(emptyAt(requests), emptyAt(tokens), last).text() : "";
    }

    /// Metadata without what [#handover] wrote.
    public static String strip(String metadata) {
        return Handover.strip(metadata);
    }

    /// How many tokens all workers together may use in a minute. [Long#MAX_VALUE] where they are
    /// not limited.
    public synchronized long tokensPerMinute() {
        return tokens == null ? Long.MAX_VALUE : (long) tokens.perMinute();
    }

    /// Whether a call never fits into what all workers may use in a minute, and is never granted:
    /// its prompt alone, which may be estimated too high by a quarter, or together with the
    /// completion that has to be set aside for it.
    public synchronized boolean isTooLarge(Demand demand) {
        if (tokens == null) {
            return false;
        }
        long reserved = reserved(demand);
        return demand.prompt() > tokens.perMinute() * TOO_HIGH
                || (reserved > 0 && demand.prompt() + reserved > tokens.perMinute());
    }

    /// How many tokens a call will probably use, or those that have to be set aside for it: no more
    /// than the worker's share of a minute, if its prompt alone is not larger than that.
    public synchronized long forecast(Demand demand) {
        long prompt = Math.min(demand.prompt(), tokensPerMinute());
        double room = tokens == null ? Double.MAX_VALUE : tokens.mayBeSpent() - prompt;
        double completion =
                reservedCompletion == null
                        ? Math.ceil(outlook(demand, time.latest()).mean())
                        : reserved(demand);
        return prompt + (long) Math.min(completion, Math.max(0, room));
    }

    /// The completion tokens that have to be set aside for a call; 0 where that is forecast.
    private long reserved(Demand demand) {
        Long reserved = reservedCompletion;
        if (reserved == null) {
            return 0;
        }
        return demand.most() == null ? reserved : demand.mostOutput();
    }

    /// Grants a call if it may be made now.
    public synchronized @Nullable Grant ask(Demand demand, boolean batch, Instant now) {
        if (!limited) {
            return new Grant(demand, 0, time.millis(now));
        }
        if (!wait(demand, now).isZero()) {
            return null;
        }
        long millis = time.millis(now);
        long forecast = forecast(demand);
        if (requests != null) {
            requests.spend(1, millis);
        }
        if (tokens != null) {
            tokens.spend(forecast, millis);
        }
        floor.granted(tokens == null ? 1 : forecast, batch);
        Grant grant = new Grant(demand, forecast, millis);
        if (tokens != null) {
            inFlight.started(grant, outlook(demand, millis));
            forecasts.of(demand.model()).started(grant);
        }
        return grant;
    }

    /// Grants an interactive call if it may be made now although it is the turn of a batch call
    /// that was not granted.
    ///
    /// @param waiting what the batch call asks
    public synchronized @Nullable Grant askBefore(Demand waiting, Demand demand, Instant now) {
        boolean mayPass =
                tokens != null
                        && floor.mayPass(forecast(waiting), tokens.mayBeSpent(), time.millis(now));
        return mayPass ? ask(demand, false, now) : null;
    }

    /// The granted call ended. A report of more completion tokens than the call can have had counts
    /// as so many, and one of more than all workers may use in a minute as that: the provider
    /// cannot have let it through.
    public synchronized void used(Grant grant, TokenUsage usage, Instant now) {
        Demand demand = grant.demand();
        if (tokens == null) {
            return;
        }
        long completion = Math.min(usage.completion(), demand.mostOutput());
        long millis = time.millis(now);
        inFlight.ended(grant);
        if (completion > 0) {
            forecasts.of(demand.model()).ended(grant, completion, millis);
        } else {
            forecasts.of(demand.model()).forget(grant);
        }
        double most = Math.max(grant.tokens(), tokens.perMinute());
        double used = Math.clamp((double) usage.prompt() + completion, 0, most);
        tokens.correct(used - grant.tokens(), grant.at(), millis);
    }

    /// The granted call was not made.
    public synchronized void unused(Grant grant, Instant now) {
        double millis = time.millis(now);
        inFlight.ended(grant);
        forecasts.of(grant.demand().model()).forget(grant);
        if (requests != null) {
            requests.correct(-1, grant.at(), millis);
        }
        if (tokens != null) {
            tokens.correct(-grant.tokens(), grant.at(), millis);
        }
    }

    /// How long a call has to wait that is the next; zero if not at all, a day if it waits in vain.
    public synchronized Duration wait(Demand demand, Instant now) {
        double millis = time.millis(now);
        double wait = requests == null ? 0 : requests.wait(1, millis);
        if (tokens == null) {
            return duration(wait);
        }
        if (isTooLarge(demand)) {
            return NEVER;
        }
        double reserve = reservedCompletion == null ? reserve(demand, tokens, millis) : 0;
        return duration(Math.max(wait, tokens.wait(forecast(demand), reserve, millis)));
    }

    /// How long the last of several calls has to wait.
    ///
    /// @param calls how many, itself included
    /// @param forecast their tokens together
    public synchronized Duration queue(long calls, long forecast, Instant now) {
        double millis = time.millis(now);
        double wait = requests == null ? 0 : requests.queue(calls, millis);
        return duration(tokens == null ? wait : Math.max(wait, tokens.queue(forecast, millis)));
    }

    /// Whether batches had no more than a tenth of what was granted, in tokens where those are
    /// limited, else in calls.
    public synchronized boolean isBatchsTurn() {
        return floor.isBatchsTurn();
    }

    private @Nullable Meter meter(
            @Nullable Meter before, double leastHeld, @Nullable Long perMinute, double now) {
        if (perMinute == null) {
            return null;
        }
        if (before != null) {
            before.limit(perMinute);
            return before;
        }
        Meter meter = new Meter(leastHeld, perMinute);
        meter.grow(share(), now, now);
        return meter;
    }

    private void grow(
            Meter meter, boolean fresh, @Nullable Handover before, long emptyAt, double now) {
        boolean trusted = fresh || (before != null && before.last());
        double empty = time.steady(emptyAt);
        meter.grow(share(), trusted ? empty : Math.max(empty, now), now);
    }

    /// What is kept free for calls that use more than was set aside for them.
    private double reserve(Demand demand, Meter meter, double now) {
        int known = forecasts.look(demand.model()).known();
        return inFlight.reserve(outlook(demand, now), meter.mayBeSpent(), share(), known, now);
    }

    private Outlook outlook(Demand demand, double now) {
        return forecasts.look(demand.model()).after(0, demand.mostOutput(), now);
    }

    private double share() {
        return (double) held / of;
    }

    private long emptyAt(@Nullable Meter meter) {
        return meter == null ? 0 : (long) Math.ceil(time.wall(meter.emptyAt()));
    }

    private static Duration duration(double millis) {
        return Duration.ofMillis((long) Math.ceil(millis - ROUNDING));
    }
}
