package dev.millrace.faults.audit;

import dev.millrace.faults.load.Told;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Waiting;
import dev.millrace.faults.provider.CountingProvider;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Lays what clients were told, what the provider counted and what the log holds beside each other.
/// It reads the log itself. For one thread.
public final class Auditor implements AutoCloseable {

    private static final List<Rule> RULES =
            Stream.of(
                            OutcomeRules.ALL,
                            CallRules.ALL,
                            ChargeRules.ALL,
                            RecoveryRules.ALL,
                            List.of(new Rule("take-over longer than 10 s", TakeOver::tooLong)))
                    .flatMap(List::stream)
                    .toList();

    private final LogReading reading;
    private final CountingProvider provider;

    /// @param providerName as it is configured
    public Auditor(KafkaLog log, CountingProvider provider, String providerName) {
        this.reading = new LogReading(log, providerName);
        this.provider = provider;
    }

    /// Audits, again and again until nothing is left to find fault with or patience is at its end:
    /// charges come after answers, those of abandoned calls at the deadline and a minute.
    public List<Audit> audit(List<Scope> scopes, Duration patience) throws InterruptedException {
        List<Audit> found = new ArrayList<>();
        var _ =
                Waiting.came(
                        patience,
                        () -> {
                            found.clear();
                            found.addAll(once(scopes));
                            return found.stream().allMatch(Audit::passed);
                        });
        return List.copyOf(found);
    }

    @Override
    public void close() {
        reading.close();
    }

    /// What broke which rule.
    static Map<String, List<String>> broken(Case scene, List<String> drift) {
        Map<String, List<String>> broken = new LinkedHashMap<>();
        for (Rule rule : RULES) {
            List<String> lines = rule.check().broken(scene);
            if (!lines.isEmpty()) {
                broken.put(rule.name(), lines);
            }
        }
        if (!drift.isEmpty()) {
            broken.put("drift between charges and costs", drift);
        }
        return broken;
    }

    private List<Audit> once(List<Scope> scopes) {
        Evidence evidence = reading.readToEnd();
        List<String> drift = Drift.of(evidence);
        return scopes.stream().map(scope -> audit(scope, evidence, drift)).toList();
    }

    private Audit audit(Scope scope, Evidence evidence, List<String> drift) {
        Case scene = Case.of(scope, evidence, provider.calls());
        Map<String, List<String>> broken = broken(scene, drift);
        List<Told> known =
                scene.accepted.values().stream()
                        .map(request -> scene.told.get(request.marker()))
                        .filter(told -> told != null && OutcomeRules.hasOutcome(scene, told))
                        .toList();
        return new Audit(
                scope.name(),
                scope.strikes().size(),
                scene.accepted.size(),
                known.size(),
                (int) known.stream().filter(told -> told.verdict() != Verdict.ANSWERED).count(),
                scene.accepted.size() - known.size(),
                OutcomeRules.doubled(scene).size(),
                (int)
                        scene.charges.values().stream()
                                .filter(charges -> ChargeRules.net(charges) == 1)
                                .count(),
                scene.calls.size(),
                scene.calls.size()
                        - (int) scene.calls.stream().map(call -> call.marker()).distinct().count(),
                Uncalled.of(scene).size(),
                TakeOver.of(scene).stream().max(Duration::compareTo).orElse(Duration.ZERO),
                broken);
    }
}
