package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.schemas.Attempt;
import java.util.List;

/// The attempts whose start is on the log and whose call the provider never saw.
final class Uncalled {

    private Uncalled() {}

    static List<At<Attempt>> of(Case scene) {
        return scene.started.values().stream()
                .filter(attempt ->
                        !scene.callByAttempt.containsKey(attempt.value().getAttemptId().toString()))
                .toList();
    }
}
