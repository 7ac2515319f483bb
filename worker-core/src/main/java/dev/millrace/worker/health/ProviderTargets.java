package dev.millrace.worker.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the models of one provider fare on this worker: the last hundred that were called.
/// Thread-safe.
public final class ProviderTargets {
    private static final int MOST = 100;

    private final Map<String, TargetHealth> targets =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, TargetHealth> eldest) {
                    return size() > MOST;
                }
            };

    /// A call ended. It began `latency` before `now`.
    ///
    /// @param latency of the whole call
    /// @param firstContent until the first content of a stream; null for others
    /// @param error how a failure is described to operators; null where it is none
    /// @return whether the target's circuit is another than before
    public synchronized boolean ended(
            String model,
            CallResult result,
            Duration latency,
            @Nullable Duration firstContent,
            @Nullable String error,
            Instant now) {
        TargetHealth target = targets.computeIfAbsent(model, _ -> new TargetHealth());
        Circuit.State before = target.circuit(now);
        target.ended(result, latency, firstContent, now);
        if (error != null) {
            target.error(error, now);
        }
        return target.circuit(now) != before;
    }

    /// Whether a call that began later than that has completed.
    public synchronized boolean servedSince(String model, Instant then) {
        TargetHealth target = targets.get(model);
        return target != null && target.servedSince(then);
    }

    /// A call comes that has another target. One that is admitted on trial is to be made at once:
    /// until it ends or is given back, or for half a minute, no other is admitted.
    public synchronized Admission admit(String model, Instant now) {
        TargetHealth target = targets.get(model);
        return target == null ? Admission.USUAL : target.admit(now);
    }

    /// The call that was admitted on trial is not made, or has ended.
    ///
    /// @return whether the target's circuit is another than before
    public synchronized boolean giveBack(String model, Instant admittedAt, Instant now) {
        TargetHealth target = targets.get(model);
        if (target == null) {
            return false;
        }
        Circuit.State before = target.circuit(now);
        target.giveBack(admittedAt);
        return target.circuit(now) != before;
    }

    /// Nothing is called from here any more, and what was learned becomes old.
    public synchronized void clear() {
        targets.clear();
    }

    /// All of them, by name.
    public synchronized List<TargetReport> report(Instant now) {
        List<TargetReport> reports = new ArrayList<>();
        targets.forEach((model, target) -> reports.add(target.report(model, now)));
        reports.sort((one, other) -> one.model().compareTo(other.model()));
        return reports;
    }
}
