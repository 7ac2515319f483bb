package dev.millrace.router.stream;

import dev.millrace.identity.Identity;
import dev.millrace.router.routing.Refusal;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.wire.Outgoing;
import dev.millrace.router.wire.Wire;
import dev.millrace.schemas.Candidate;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.RequestOutcome;
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
/// first hop answered. Keeps no state: the same reroute again gives a dispatch with the same id.
final class RerouteDispatches implements Processor<String, byte[], String, Outgoing> {

    /// Targets that one request may visit.
    static final int MAX_HOPS = 5;

    private final RouterLinks links;
    private @Nullable Wire<Reroute> wire;
    private @Nullable Decisions decisions;

    RerouteDispatches(RouterLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        wire = new Wire<>("router", links.wire().topics().reroutes(), links.wire(), context);
        decisions = new Decisions(wire);
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.close();
        }
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Wire<Reroute> in = Objects.requireNonNull(wire);
        in.decode(record)
                .ifPresent(reroute ->
                        reroute(record, reroute, in.now(), Objects.requireNonNull(decisions)));
    }

    private void reroute(
            Record<String, byte[]> record, Reroute reroute, Instant now, Decisions out) {
        Dispatch failed = reroute.getDispatch();
        RoutingTable table = links.table().get();
        if (links.isCancelled(failed.getRequest())) {
            Failure failure = Failures.of(new Refusal.Cancelled("The request was cancelled."));
            end(record, reroute, RequestOutcome.CANCELLED, failure, now, out);
            return;
        }
        if (!now.isBefore(failed.getDeadline())) {
            Failure failure =
                    Failures.of(
                            new Refusal.DeadlinePassed("the deadline passed between two targets"));
            end(record, reroute, RequestOutcome.EXPIRED, failure, now, out);
            return;
        }
        Optional<Candidate> next = next(failed, table);
        if (next.isEmpty() || failed.getHop() + 1 >= MAX_HOPS) {
            Failure failure = exhausted(firstFailure(reroute));
            end(record, reroute, RequestOutcome.FAILED, failure, now, out);
            return;
        }
        out.dispatch(record, toNext(reroute, next.get(), table, now));
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
                .setDispatchId(
                        Identity.dispatchId(
                                failed.getRequest().getRequestId(),
                                hop,
                                failed.getRequest().getRedrive()))
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

    private static void end(
            Record<String, byte[]> record,
            Reroute reroute,
            RequestOutcome outcome,
            Failure failure,
            Instant now,
            Decisions out) {
        Dispatch failed = reroute.getDispatch();
        InferenceRequest request = failed.getRequest();
        int attempts = reroute.getAttempts();
        if (request.getKept()) {
            out.tell(record, KeptEvents.ended(failed, attempts, outcome, failure, now));
        } else {
            int hop = failed.getHop() + 1;
            out.fail(record, request, failed.getReplyTo(), failure, hop, attempts);
        }
    }
}
