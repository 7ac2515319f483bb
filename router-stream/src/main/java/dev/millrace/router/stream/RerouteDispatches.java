package dev.millrace.router.stream;

import dev.millrace.identity.Identity;
import dev.millrace.router.routing.Refusal;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.schemas.Candidate;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.Reroute;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Gives a dispatch whose pool could not serve it to the next candidate, or fails it with what its
/// first hop answered. Keeps no state, as [RouteRequests].
final class RerouteDispatches implements Processor<String, byte[], String, Outgoing> {

    /// Targets that one request may visit.
    static final int MAX_HOPS = 5;

    private final RouterLinks links;
    private @Nullable Wire<Reroute> wire;

    RerouteDispatches(RouterLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        wire = new Wire<>(links.topics().reroutes(), links, context);
    }

    @Override
    public void close() {
        Objects.requireNonNull(wire).close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Wire<Reroute> out = Objects.requireNonNull(wire);
        out.decode(record).ifPresent(reroute -> reroute(record, reroute, out));
    }

    private void reroute(Record<String, byte[]> record, Reroute reroute, Wire<Reroute> out) {
        Dispatch failed = reroute.getDispatch();
        RoutingTable table = links.table().get();
        if (!out.now().isBefore(failed.getDeadline())) {
            fail(
                    record,
                    reroute,
                    Failures.of(
                            new Refusal.DeadlinePassed("the deadline passed between two targets")),
                    out);
            return;
        }
        Optional<Candidate> next = next(failed, table);
        if (next.isEmpty() || failed.getHop() + 1 >= MAX_HOPS) {
            fail(record, reroute, exhausted(firstFailure(reroute)), out);
            return;
        }
        out.dispatch(record, toNext(reroute, next.get(), table, out.now()));
    }

    private static Optional<Candidate> next(Dispatch failed, RoutingTable table) {
        return failed.getCandidates().stream()
                .filter(candidate -> table.reaches(candidate.getProvider()))
                .filter(candidate -> !failed.getExcluded().contains(candidate))
                .findFirst();
    }

    private static Dispatch toNext(
            Reroute reroute, Candidate next, RoutingTable table, Instant now) {
        Dispatch failed = reroute.getDispatch();
        List<Candidate> excluded = new ArrayList<>(failed.getExcluded());
        excluded.add(
                Candidate.newBuilder()
                        .setProvider(failed.getProvider())
                        .setModel(failed.getUpstreamModel())
                        .build());
        int hop = failed.getHop() + 1;
        return Dispatch.newBuilder(failed)
                .setDispatchId(Identity.dispatchId(failed.getRequest().getRequestId(), hop))
                .setHop(hop)
                .setProvider(next.getProvider())
                .setUpstreamModel(next.getModel())
                .setReason(failed.getReason() + ", after " + failed.getProvider() + " failed")
                .setCandidates(
                        failed.getCandidates().stream()
                                .filter(candidate -> !candidate.equals(next))
                                .toList())
                .setExcluded(excluded)
                .setConfigVersion(table.configVersion())
                .setAttempts(reroute.getAttempts())
                .setRetriesLeft(reroute.getRetriesLeft())
                .setFirstFailure(firstFailure(reroute))
                .setDispatchedAt(now)
                .build();
    }

    private static Failure firstFailure(Reroute reroute) {
        Failure first = reroute.getDispatch().getFirstFailure();
        return first != null ? first : reroute.getFailure();
    }

    private static Failure exhausted(Failure first) {
        return Failure.newBuilder(first).setShouldRetry(false).build();
    }

    private static void fail(
            Record<String, byte[]> record, Reroute reroute, Failure failure, Wire<Reroute> out) {
        Dispatch failed = reroute.getDispatch();
        out.fail(
                record,
                failed.getRequest().getRequestId(),
                failed.getRequest().getIngressPartition(),
                failed.getReplyTo(),
                failure,
                failed.getHop() + 1,
                reroute.getAttempts());
    }
}
