package dev.millrace.worker.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last calls to one model at one provider: all of the last minute, up to 256. Not thread-safe.
final class TargetHealth {
    private static final int MOST = 256;
    private static final Duration MEMORY = Duration.ofMinutes(1);

    private record Ended(
            Instant at, CallResult result, long latency, @Nullable Long firstContent) {}

    private final @Nullable Ended[] calls = new Ended[MOST];
    private final Circuit circuit = new Circuit();
    private int next;
    private Instant lastServed = Instant.MIN;
    private @Nullable String lastError;
    private @Nullable Instant lastErrorAt;

    /// @param latency of the whole call
    /// @param firstContent until the first content of a stream; null for others
    void ended(CallResult result, Duration latency, @Nullable Duration firstContent, Instant now) {
        calls[next] =
                new Ended(
                        now,
                        result,
                        latency.toMillis(),
                        firstContent == null ? null : firstContent.toMillis());
        next = (next + 1) % MOST;
        Instant start = now.minus(latency);
        if (result == CallResult.COMPLETED && start.isAfter(lastServed)) {
            lastServed = start;
        }
        circuit.ended(result, start, now);
    }

    /// What went wrong, for operators; nothing of a request or an answer is in it.
    void error(String reason, Instant now) {
        lastError = reason;
        lastErrorAt = now;
    }

    boolean servedSince(Instant then) {
        return lastServed.isAfter(then);
    }

    Admission admit(Instant now) {
        return circuit.admit(now);
    }

    void giveBack(Instant admittedAt) {
        circuit.giveBack(admittedAt);
    }

    Circuit.State circuit(Instant now) {
        return circuit.state(now);
    }

    TargetReport report(String model, Instant now) {
        Instant since = now.minus(MEMORY);
        Ended[] recent =
                Arrays.stream(calls)
                        .filter(call -> call != null && call.at().isAfter(since))
                        .toArray(Ended[]::new);
        return new TargetReport(
                model,
                circuit.state(now),
                recent.length,
                count(recent, CallResult.FAILED),
                count(recent, CallResult.THROTTLED),
                Quantiles.of(
                        Arrays.stream(recent)
                                .filter(call -> call.result() == CallResult.COMPLETED)
                                .mapToLong(Ended::latency)),
                Quantiles.of(
                        Arrays.stream(recent)
                                .map(Ended::firstContent)
                                .filter(first -> first != null)
                                .mapToLong(Long::longValue)),
                lastError,
                lastErrorAt);
    }

    private static int count(Ended[] calls, CallResult result) {
        return (int) Arrays.stream(calls).filter(call -> call.result() == result).count();
    }
}
