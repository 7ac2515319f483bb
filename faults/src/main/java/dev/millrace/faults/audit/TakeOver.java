package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.Accepted;
import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Dispatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// How long the work of a killed instance lay, by the times that the log gave its records: of all
/// that was waiting at the kill, or came soon after, the longest that one of them waited for its
/// next step.
final class TakeOver {

    static final Duration LIMIT = Duration.ofSeconds(10);

    /// What comes later than this after a kill tells of the kill no more.
    private static final Duration AFTER = Duration.ofSeconds(15);

    private TakeOver() {}

    /// The longest wait after each strike on a router, worker or accounting instance.
    static List<Duration> of(Case scene) {
        List<Duration> all = new ArrayList<>();
        for (Strike strike : scene.scope.strikes()) {
            if (!strike.isTakenOver()) {
                continue;
            }
            switch (strike.role()) {
                case ROUTER -> all.add(longest(routed(scene), strike.at()));
                case WORKER -> all.add(longest(called(scene, strike), strike.at()));
                case ACCOUNTING -> all.add(longest(charged(scene), strike.at()));
                case INGRESS -> {}
            }
        }
        return all;
    }

    static List<String> tooLong(Case scene) {
        return of(scene).stream()
                .filter(wait -> wait.compareTo(LIMIT) > 0)
                .map(Duration::toString)
                .toList();
    }

    /// Something that waited, and when it went on.
    private record Step(Instant from, Instant to) {}

    private static Duration longest(List<Step> steps, Instant strike) {
        return steps.stream()
                .filter(step -> step.to().isAfter(strike))
                .filter(step -> step.from().isBefore(strike.plus(AFTER)))
                .map(step ->
                        Duration.between(
                                step.from().isAfter(strike) ? step.from() : strike, step.to()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static List<Step> routed(Case scene) {
        Map<UUID, Instant> first = new HashMap<>();
        for (At<Dispatch> dispatch : scene.dispatches) {
            first.merge(
                    dispatch.value().getRequest().getRequestId(),
                    dispatch.at(),
                    (a, b) -> a.isBefore(b) ? a : b);
        }
        List<Step> steps = new ArrayList<>();
        for (Accepted request : scene.accepted.values()) {
            Instant to = first.get(request.id());
            if (to != null) {
                steps.add(new Step(request.at(), to));
            }
        }
        return steps;
    }

    /// From each dispatch to its first call after the strike; for one whose call was under way on
    /// the struck worker, to its next call.
    private static List<Step> called(Case scene, Strike strike) {
        Map<UUID, Instant> dispatched = new HashMap<>();
        for (At<Dispatch> dispatch : scene.dispatches) {
            dispatched.merge(
                    dispatch.value().getRequest().getRequestId(),
                    dispatch.at(),
                    (a, b) -> a.isBefore(b) ? a : b);
        }
        List<Step> steps = new ArrayList<>();
        scene.attemptsByRequest()
                .forEach((request, attempts) -> {
                    Instant from = dispatched.get(request);
                    for (At<Attempt> attempt : attempts) {
                        if (from != null && attempt.at().isAfter(strike.at())) {
                            steps.add(new Step(from, attempt.at()));
                            return;
                        }
                    }
                });
        return steps;
    }

    private static List<Step> charged(Case scene) {
        List<Step> steps = new ArrayList<>();
        scene.charges.forEach((attempt, charges) -> {
            At<Attempt> end = scene.ended.get(attempt);
            for (At<Charge> charge : charges) {
                if (end != null
                        && charge.value().getKind() == ChargeKind.CHARGE
                        && charge.value().getOutcome() == end.value().getOutcome()) {
                    steps.add(new Step(end.at(), charge.at()));
                }
            }
        });
        return steps;
    }
}
