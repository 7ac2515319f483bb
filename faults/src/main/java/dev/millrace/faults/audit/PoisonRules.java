package dev.millrace.faults.audit;

import java.util.List;

/// The rule about records that are none.
final class PoisonRules {

    static final List<Rule> ALL =
            List.of(new Rule("poison without a dead letter", PoisonRules::unburied));

    private PoisonRules() {}

    private static List<String> unburied(Case scene) {
        return scene.scope.poison().stream()
                .filter(place -> !scene.buried.contains(place))
                .toList();
    }
}
