package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.provider.ProviderCall;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The rules about what the provider was asked.
final class CallRules {

    static final List<Rule> ALL =
            List.of(
                    new Rule("call without a start on the log", CallRules::unrecorded),
                    new Rule("call made twice", CallRules::repeatedIds),
                    new Rule("call after the deadline", CallRules::late),
                    new Rule("needless extra call", CallRules::needless),
                    new Rule("more calls than allowed", CallRules::tooMany),
                    new Rule("start without a call", CallRules::uncalled));

    /// A worker commits five times a second and takes over from its last commit.
    private static final Duration UNCOMMITTED = Duration.ofSeconds(1);

    private CallRules() {}

    private static List<String> unrecorded(Case scene) {
        return scene.calls.stream()
                .filter(call -> !isStarted(scene, call))
                .map(call -> call.marker() + ": attempt " + call.attemptId())
                .toList();
    }

    private static boolean isStarted(Case scene, ProviderCall call) {
        return !call.attemptId().isEmpty()
                && scene.started.containsKey(UUID.fromString(call.attemptId()));
    }

    private static List<String> repeatedIds(Case scene) {
        Set<String> seen = new HashSet<>();
        return scene.calls.stream()
                .filter(call -> !seen.add(call.attemptId()))
                .map(call -> call.marker() + ": attempt " + call.attemptId())
                .toList();
    }

    private static List<String> late(Case scene) {
        List<String> late = new ArrayList<>();
        for (At<Attempt> start : scene.started.values()) {
            String id = start.value().getAttemptId().toString();
            ProviderCall call = scene.callByAttempt.get(id);
            Instant deadline = start.value().getDeadline().plus(scene.scope.expectation().skew());
            if (call != null && call.startedAt().isAfter(deadline.plus(Scope.CLOCKS))) {
                late.add(call.marker() + ": " + Duration.between(deadline, call.startedAt()));
            }
        }
        return late;
    }

    /// Where the provider works, a request is sent to it again only if the worker that had it was
    /// struck while the call was under way, or before the end of the call was committed.
    static List<String> needless(Case scene) {
        if (!scene.scope.expectation().noNeedlessCalls()) {
            return List.of();
        }
        List<String> needless = new ArrayList<>();
        scene.attemptsByRequest()
                .forEach((request, attempts) -> {
                    for (int i = 1; i < attempts.size(); i++) {
                        if (!isExcused(scene, attempts.get(i - 1), attempts.get(i))) {
                            needless.add(
                                    scene.marker(request)
                                            + ": again at "
                                            + attempts.get(i).at()
                                            + " on "
                                            + attempts.get(i).value().getInstance()
                                            + " after "
                                            + describe(scene, attempts.get(i - 1)));
                        }
                    }
                });
        return needless;
    }

    private static String describe(Case scene, At<Attempt> earlier) {
        At<Attempt> end = scene.ended.get(earlier.value().getAttemptId());
        return earlier.value().getInstance()
                + (end == null
                        ? " (no end)"
                        : " (" + end.value().getOutcome() + " at " + end.at() + ")");
    }

    private static boolean isExcused(Case scene, At<Attempt> earlier, At<Attempt> later) {
        At<Attempt> end = scene.ended.get(earlier.value().getAttemptId());
        Instant committed = (end == null ? later.at() : end.at()).plus(UNCOMMITTED);
        return scene.scope.strikes(Role.WORKER).stream()
                .filter(strike -> strike.instance().equals(earlier.value().getInstance()))
                .anyMatch(strike -> strike.touches(earlier.at(), committed));
    }

    private static List<String> tooMany(Case scene) {
        double most = scene.scope.expectation().callsPerRequest() * scene.accepted.size();
        return scene.calls.size() <= most
                ? List.of()
                : List.of(scene.calls.size() + " calls for " + scene.accepted.size() + " requests");
    }

    /// A start whose call never came is what a worker leaves that was killed in between: at most
    /// one for each call under way, and only then. A call that was refused a connection ends so.
    private static List<String> uncalled(Case scene) {
        return Uncalled.of(scene).stream()
                .filter(attempt -> !isExplained(scene, attempt))
                .map(attempt ->
                        scene.marker(attempt.value().getRequestId())
                                + ": attempt "
                                + attempt.value().getAttemptId()
                                + " at "
                                + attempt.at())
                .toList();
    }

    private static boolean isExplained(Case scene, At<Attempt> attempt) {
        At<Attempt> end = scene.ended.get(attempt.value().getAttemptId());
        if (end != null) {
            return end.value().getOutcome() != AttemptOutcome.COMPLETED;
        }
        return scene.scope.strikes(Role.WORKER).stream()
                .filter(strike -> strike.instance().equals(attempt.value().getInstance()))
                .anyMatch((Strike strike) ->
                        strike.touches(attempt.at(), attempt.at().plus(UNCOMMITTED)));
    }
}
