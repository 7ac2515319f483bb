package dev.millrace.faults.audit;

import java.util.List;

/// The rules about records that are none, and about processes that do not come back.
final class RecoveryRules {

    static final List<Rule> ALL =
            List.of(
                    new Rule("poison without a dead letter", RecoveryRules::unburied),
                    new Rule("did not come back", scene -> scene.scope.failures()));

    private RecoveryRules() {}

    private static List<String> unburied(Case scene) {
        return scene.scope.poison().stream()
                .filter(place -> !scene.buried.contains(place))
                .toList();
    }
}
