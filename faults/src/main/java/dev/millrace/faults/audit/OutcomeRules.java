package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.Accepted;
import dev.millrace.faults.load.Told;
import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Role;
import dev.millrace.schemas.AttemptOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The rules about what clients are told.
final class OutcomeRules {

    static final List<Rule> ALL =
            List.of(
                    new Rule("lost", OutcomeRules::lost),
                    new Rule("more than one outcome", OutcomeRules::doubled),
                    new Rule("false accept", OutcomeRules::falseAccept),
                    new Rule("wrong answer", OutcomeRules::wrong),
                    new Rule("not answered", OutcomeRules::notAnswered),
                    new Rule("answer without a completed call", OutcomeRules::unfounded));

    private OutcomeRules() {}

    /// Accepted requests whose client was told nothing. To a plain client over HTTP, and to one
    /// that asks later and has no 202 yet, a connection that breaks because its ingress dies is the
    /// outcome.
    static List<String> lost(Case scene) {
        List<String> lost = new ArrayList<>();
        for (Accepted request : scene.accepted.values()) {
            Told told = scene.told.get(request.marker());
            if (told == null) {
                lost.add(request.marker() + ": nobody knows of it");
            } else if (!hasOutcome(scene, told)) {
                lost.add(
                        told.marker()
                                + " "
                                + told.kind()
                                + ": "
                                + told.verdict()
                                + " "
                                + told.detail());
            }
        }
        return lost;
    }

    /// Requests whose client was given one outcome and then another.
    static List<String> doubled(Case scene) {
        return scene.told.values().stream()
                .filter(told -> told.kind() != Kind.KAFKA && told.answers() > 1)
                .map(told -> told.marker() + " " + told.kind() + ": " + told.answers())
                .toList();
    }

    static boolean hasOutcome(Case scene, Told told) {
        return switch (told.verdict()) {
            case ANSWERED, FAILED -> true;
            case BROKEN -> ingressDied(scene, told);
            case NOT_SENT, SILENCE, WRONG -> false;
        };
    }

    private static boolean ingressDied(Case scene, Told told) {
        for (Strike strike : scene.scope.strikes(Role.INGRESS)) {
            if (strike.instance().equals(told.ingress())
                    && strike.touches(told.sentAt(), told.endedAt())) {
                return true;
            }
        }
        return false;
    }

    /// Clients that were answered, or over Kafka acknowledged, though the log has no such request.
    private static List<String> falseAccept(Case scene) {
        Set<String> accepted = new HashSet<>();
        scene.accepted.values().forEach(request -> accepted.add(request.marker()));
        return scene.told.values().stream()
                .filter(told ->
                        told.verdict() == Verdict.ANSWERED
                                || (told.kind() == Kind.KAFKA
                                        && told.verdict() != Verdict.NOT_SENT))
                .filter(told -> !accepted.contains(told.marker()))
                .map(Told::marker)
                .toList();
    }

    private static List<String> wrong(Case scene) {
        return scene.told.values().stream()
                .filter(told -> told.verdict() == Verdict.WRONG)
                .map(told -> told.marker() + ": " + told.detail())
                .toList();
    }

    /// Where the provider works, an accepted request fails only if it is a stream that was cut off
    /// after it had begun.
    private static List<String> notAnswered(Case scene) {
        if (!scene.scope.expectation().everyAnswer()) {
            return List.of();
        }
        return scene.accepted.values().stream()
                .map(request -> scene.told.get(request.marker()))
                .filter(told -> told != null && told.verdict() == Verdict.FAILED)
                .filter(told -> told.kind() != Kind.STREAM || !told.detail().startsWith("stream "))
                .map(told -> told.marker() + " " + told.kind() + ": " + told.detail())
                .toList();
    }

    private static List<String> unfounded(Case scene) {
        Set<UUID> completed = new HashSet<>();
        scene.ended.values().stream()
                .filter(end -> end.value().getOutcome() == AttemptOutcome.COMPLETED)
                .forEach(end -> completed.add(end.value().getRequestId()));
        return scene.accepted.values().stream()
                .filter(request -> {
                    Told told = scene.told.get(request.marker());
                    return told != null
                            && told.verdict() == Verdict.ANSWERED
                            && !completed.contains(request.id());
                })
                .map(Accepted::marker)
                .toList();
    }
}
