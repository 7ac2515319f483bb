package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.Accepted;
import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.faults.load.Told;
import dev.millrace.faults.provider.ProviderCall;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Dispatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// The part of the evidence that belongs to one fault, laid out for the rules. Immutable once made.
final class Case {

    final Scope scope;

    /// By request id.
    final Map<UUID, Accepted> accepted = new LinkedHashMap<>();

    /// By marker.
    final Map<String, Told> told = new TreeMap<>();

    /// By attempt id; a call under an id that was seen before is in [#calls] alone.
    final Map<String, ProviderCall> callByAttempt = new HashMap<>();

    final List<ProviderCall> calls;
    final Map<UUID, At<Attempt>> started = new LinkedHashMap<>();
    final Map<UUID, At<Attempt>> ended = new LinkedHashMap<>();
    final Map<UUID, List<At<Charge>>> charges = new LinkedHashMap<>();
    final List<At<Dispatch>> dispatches;

    /// Where the records stood that have a dead letter with a reason.
    final Set<String> buried = new HashSet<>();

    private Case(Scope scope, Evidence evidence, List<ProviderCall> calls) {
        this.scope = scope;
        Set<UUID> ids = new HashSet<>();
        evidence.requests.forEach((id, request) -> {
            if (request.marker().startsWith(scope.prefix())) {
                accepted.put(id, request);
                ids.add(id);
            }
        });
        scope.told().forEach(each -> told.put(each.marker(), each));
        this.calls =
                calls.stream().filter(call -> call.marker().startsWith(scope.prefix())).toList();
        this.calls.forEach(call -> callByAttempt.putIfAbsent(call.attemptId(), call));
        for (At<Attempt> attempt : evidence.attempts) {
            if (ids.contains(attempt.value().getRequestId())) {
                Map<UUID, At<Attempt>> phase =
                        attempt.value().getPhase() == AttemptPhase.STARTED ? started : ended;
                phase.putIfAbsent(attempt.value().getAttemptId(), attempt);
            }
        }
        for (At<Charge> charge : evidence.charges) {
            if (ids.contains(charge.value().getRequestId())) {
                charges.computeIfAbsent(charge.value().getAttemptId(), _ -> new ArrayList<>())
                        .add(charge);
            }
        }
        evidence.deadLetters.stream()
                .map(At::value)
                .filter(letter -> !letter.getReason().isBlank())
                .forEach(letter ->
                        buried.add(
                                letter.getTopic()
                                        + "-"
                                        + letter.getPartition()
                                        + "@"
                                        + letter.getOffset()));
        this.dispatches =
                evidence.dispatches.stream()
                        .filter(dispatch ->
                                ids.contains(dispatch.value().getRequest().getRequestId()))
                        .toList();
    }

    static Case of(Scope scope, Evidence evidence, List<ProviderCall> calls) {
        return new Case(scope, evidence, calls);
    }

    /// The marker of one of its requests.
    String marker(UUID requestId) {
        Accepted request = accepted.get(requestId);
        return request == null ? "" : request.marker();
    }

    /// The attempts of each request, in the order in which they started.
    Map<UUID, List<At<Attempt>>> attemptsByRequest() {
        Map<UUID, List<At<Attempt>>> byRequest = new LinkedHashMap<>();
        started.values()
                .forEach(attempt ->
                        byRequest
                                .computeIfAbsent(
                                        attempt.value().getRequestId(), _ -> new ArrayList<>())
                                .add(attempt));
        byRequest.values().forEach(list -> list.sort(Comparator.comparing(At::at)));
        return byRequest;
    }
}
