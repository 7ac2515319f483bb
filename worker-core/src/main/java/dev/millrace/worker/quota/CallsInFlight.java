package dev.millrace.worker.quota;

import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;

/// The calls of the last minute that have not ended, and how much more than was set aside for them
/// they may use all together: not every one of them is larger than thought. Not thread-safe.
final class CallsInFlight {
    private static final double MINUTE = 60_000;

    /// What is thought of a call changes while it goes on; so many milliseconds are no change.
    private static final double STILL = 250;

    /// How many deviations of their sum are kept free: a normal sum is larger once in 30,000 times.
    private static final double DEVIATIONS = 4;

    /// The part of a minute that is kept free for the only call in flight, at most, while its model
    /// is not known: a small quota would else see one call in a minute until it is.
    private static final double FOR_THE_ONLY = 0.5;

    private final Forecasts forecasts;
    private final Map<Grant, Outlook> open = new IdentityHashMap<>();
    private double looked = Double.NEGATIVE_INFINITY;
    private double means;
    private double variances;
    private double mosts;

    CallsInFlight(Forecasts forecasts) {
        this.forecasts = forecasts;
    }

    void started(Grant grant, Outlook outlook) {
        open.put(grant, outlook);
        count(grant, outlook, 1);
    }

    void ended(Grant grant) {
        Outlook outlook = open.remove(grant);
        if (outlook != null) {
            count(grant, outlook, -1);
        }
    }

    /// How much is to be kept free for them if one more is to start, beyond its mean.
    ///
    /// @param perMinute what this worker may spend in a minute
    /// @param share of the quota that is this worker's, to 1: what the calls of all workers use
    ///   differs less, for its size, from what is thought than what those of one do
    /// @param known from how many calls the mean is known: it is wrong for all alike
    double reserve(Outlook next, double perMinute, double share, int known, double now) {
        if (now - looked >= STILL) {
            look(now);
        }
        double variance = Math.max(0, variances + next.variance());
        double wrongMean = 1 + (open.size() + 1.0) / known;
        double spread = DEVIATIONS * Math.sqrt(share * variance * wrongMean);
        if (open.isEmpty() && known < LifeTable.FEW) {
            spread = Math.min(spread, FOR_THE_ONLY * perMinute);
        }
        return means + Math.min(spread, mosts + next.most() - next.mean());
    }

    private void look(double now) {
        looked = now;
        means = 0;
        variances = 0;
        mosts = 0;
        Iterator<Map.Entry<Grant, Outlook>> calls = open.entrySet().iterator();
        while (calls.hasNext()) {
            Map.Entry<Grant, Outlook> call = calls.next();
            Grant grant = call.getKey();
            double age = now - grant.at();
            if (age > MINUTE) {
                calls.remove();
            } else {
                Demand demand = grant.demand();
                call.setValue(forecasts.look(demand.model()).after(age, demand.mostOutput(), now));
                count(grant, call.getValue(), 1);
            }
        }
    }

    private void count(Grant grant, Outlook outlook, int sign) {
        double setAside = grant.tokens() - grant.demand().prompt();
        means += sign * (outlook.mean() - setAside);
        variances += sign * outlook.variance();
        mosts += sign * (outlook.most() - outlook.mean());
    }
}
