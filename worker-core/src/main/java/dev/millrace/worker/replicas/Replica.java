package dev.millrace.worker.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import dev.millrace.worker.provider.ServerReport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One server among those of a provider: its calls under way, and what its probes and calls told.
/// Outlives the connections to it, which change with the configuration. Thread-safe.
final class Replica {
    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    /// Calls in a row that fail at a server before it is left until its next good probe.
    private static final int FAILURES = 3;

    private static final String ANY_MODEL = "*";

    /// @param ready whether it takes calls
    /// @param warmingSince when it came up beside others; null for one that is warm
    /// @param seen what its last good probe told; null before the first
    private record Standing(
            boolean ready, @Nullable Instant warmingSince, ProviderHealth.@Nullable Ready seen) {}

    /// How far its calls had told of it when a probe began, which knows nothing of later ones.
    ///
    /// @param answers calls that it answered
    /// @param failures calls that failed there
    /// @param downs times that calls found it down
    record Told(long answers, long failures, long downs) {}

    private final String provider;
    private final URI address;
    private final InstantSource clock;
    private final String name;
    private final long place;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Standing standing;
    private final Rest rest = new Rest();
    private Told told = new Told(0, 0, 0);
    private int failures;
    private @Nullable String lastError;
    private @Nullable Instant lastErrorAt;

    /// A server that counts as ready until something says otherwise.
    ///
    /// @param provider for the log
    /// @param warmingSince when it came up beside others; null for one that is warm
    Replica(String provider, URI address, @Nullable Instant warmingSince, InstantSource clock) {
        this.provider = provider;
        this.address = address;
        this.clock = clock;
        this.name = name(address);
        this.place = Choice.mixed(checksum(address));
        this.standing = new Standing(true, warmingSince, null);
    }

    URI address() {
        return address;
    }

    /// Host and port, with the path where it is not the usual one.
    String name() {
        return name;
    }

    /// Where it stands among the keys: by its address, so that all workers agree.
    long place() {
        return place;
    }

    boolean isReady() {
        return standing.ready();
    }

    /// What its last good probe told; null before the first.
    ProviderHealth.@Nullable Ready seen() {
        return standing.seen();
    }

    /// Whether a call for this model is worth making: it lists the model, any model, or none at
    /// all.
    boolean serves(String model) {
        ProviderHealth.Ready seen = standing.seen();
        return seen == null
                || seen.models().isEmpty()
                || seen.models().stream()
                        .map(ListedModel::name)
                        .anyMatch(name -> name.equals(model) || name.equals(ANY_MODEL));
    }

    /// How many calls it works on at once; 0 where it does not say.
    int slots() {
        ProviderHealth.Ready seen = standing.seen();
        Integer slots = seen == null ? null : seen.load().slots();
        return slots == null ? 0 : slots;
    }

    /// How much of its full share it gets.
    double warmth(Instant now) {
        Instant since = standing.warmingSince();
        return since == null ? 1 : WarmUp.share(since, now);
    }

    int underWay() {
        return underWay.get();
    }

    void callBegins() {
        underWay.incrementAndGet();
    }

    void callEnds() {
        underWay.decrementAndGet();
    }

    /// Whether others should take its calls for a while.
    synchronized boolean rests(Instant now) {
        return rest.isOn(now, underWay());
    }

    /// Null while it does not throttle.
    synchronized Rest.@Nullable Throttling throttling(Instant now) {
        return rest.throttling(now);
    }

    /// A call was answered, be it with a refusal of what was asked.
    ///
    /// @param startedAt when it began
    synchronized void answered(Instant startedAt) {
        failures = 0;
        told = new Told(told.answers() + 1, told.failures(), told.downs());
        rest.answered(startedAt, clock.instant());
    }

    /// A call was answered with having too much to do.
    ///
    /// @param retryAfter when it wants to be asked again; null where it did not say
    synchronized void throttled(@Nullable Duration retryAfter, Instant startedAt) {
        answered(startedAt);
        rest.throttled(retryAfter, clock.instant());
        error("it has too much to do");
    }

    /// A call failed there.
    synchronized void failed(String reason) {
        failures++;
        told = new Told(told.answers(), told.failures() + 1, told.downs());
        rest.failed();
        error(reason);
        if (failures >= FAILURES) {
            unusable(reason);
        }
    }

    /// A call waited in vain.
    ///
    /// @param startedAt when it began
    synchronized void timedOut(Instant startedAt) {
        rest.timedOut(startedAt, clock.instant());
        failed("it took too long");
    }

    /// No call can be made there until a later probe says otherwise.
    synchronized void unusable(String reason) {
        told = new Told(told.answers(), told.failures(), told.downs() + 1);
        down(reason);
    }

    synchronized Told told() {
        return told;
    }

    /// A probe came back.
    ///
    /// @param before what calls had told when it began: a bad probe counts for nothing where a call
    ///   was answered since, nor does a good one where a call found the server down
    /// @param warmingSince the moment, where other servers take calls already; otherwise null
    synchronized void probed(ProviderHealth found, Told before, @Nullable Instant warmingSince) {
        switch (found) {
            case ProviderHealth.Ready ready when before.downs() == told.downs() -> {
                if (before.failures() == told.failures()) {
                    rest.foundWell();
                }
                if (standing.ready()) {
                    standing = new Standing(true, standing.warmingSince(), ready);
                } else {
                    failures = 0;
                    standing = new Standing(true, warmingSince, ready);
                    log.info("event=replica_ready provider={} replica={}", provider, name);
                }
            }
            case ProviderHealth.Ready _ -> {}
            case ProviderHealth.Down down -> {
                if (before.answers() == told.answers()) {
                    down(down.reason());
                }
            }
            case ProviderHealth.CredentialRefused refused -> down(refused.reason());
        }
    }

    /// How it fares, for operators.
    synchronized ServerReport report() {
        Instant now = clock.instant();
        ProviderHealth.Ready seen = standing.seen();
        return new ServerReport(
                name,
                state(now),
                underWay(),
                seen == null ? ServerLoad.UNKNOWN : seen.load(),
                lastError,
                lastErrorAt);
    }

    private ServerReport.State state(Instant now) {
        if (!isReady()) {
            return ServerReport.State.DOWN;
        }
        if (rest.isOn(now, underWay())) {
            return ServerReport.State.RESTING;
        }
        return warmth(now) < 1 ? ServerReport.State.WARMING_UP : ServerReport.State.READY;
    }

    private void error(String reason) {
        lastError = reason;
        lastErrorAt = clock.instant();
    }

    private void down(String reason) {
        error(reason);
        if (standing.ready()) {
            standing = new Standing(false, null, standing.seen());
            log.warn(
                    "event=replica_down provider={} replica={} reason=\"{}\"",
                    provider,
                    name,
                    reason);
        }
    }

    private static String name(URI address) {
        String path = Objects.requireNonNullElse(address.getPath(), "");
        String authority = Objects.requireNonNullElse(address.getRawAuthority(), "");
        return authority.substring(authority.lastIndexOf('@') + 1)
                + (path.equals("/v1") ? "" : path);
    }

    private static long checksum(URI address) {
        CRC32C checksum = new CRC32C();
        checksum.update(address.toString().getBytes(UTF_8));
        return checksum.getValue();
    }
}
