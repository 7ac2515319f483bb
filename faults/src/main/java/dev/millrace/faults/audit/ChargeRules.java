package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.faults.provider.ProviderCall;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The rules about what the calls cost.
final class ChargeRules {

    static final List<Rule> ALL =
            List.of(
                    new Rule("not charged once", ChargeRules::notOnce),
                    new Rule("charge twice on the log", ChargeRules::duplicates),
                    new Rule("charge without a start", ChargeRules::unfounded),
                    new Rule("money for a call never made", ChargeRules::phantoms),
                    new Rule("tokens differ from the provider's", ChargeRules::tokens),
                    new Rule("estimate not flagged", ChargeRules::unflagged));

    private ChargeRules() {}

    /// How many charges of an attempt stand once reversals are taken off.
    static int net(List<At<Charge>> charges) {
        return charges.stream()
                .mapToInt(charge -> charge.value().getKind() == ChargeKind.REVERSAL ? -1 : 1)
                .sum();
    }

    private static List<String> notOnce(Case scene) {
        List<String> broken = new ArrayList<>();
        Set<UUID> attempts = new HashSet<>(scene.started.keySet());
        attempts.addAll(scene.ended.keySet());
        for (UUID attempt : attempts) {
            int net = net(scene.charges.getOrDefault(attempt, List.of()));
            if (net != 1) {
                broken.add("attempt " + attempt + ": " + net + " charges");
            }
        }
        return broken;
    }

    private static List<String> duplicates(Case scene) {
        List<String> broken = new ArrayList<>();
        Set<UUID> seen = new HashSet<>();
        scene.charges
                .values()
                .forEach(list ->
                        list.stream()
                                .filter(charge -> !seen.add(charge.value().getChargeId()))
                                .forEach(charge ->
                                        broken.add("charge " + charge.value().getChargeId())));
        return broken;
    }

    private static List<String> unfounded(Case scene) {
        return scene.charges.keySet().stream()
                .filter(attempt -> !scene.started.containsKey(attempt))
                .map(attempt -> "attempt " + attempt)
                .toList();
    }

    /// A worker that knows how an attempt ended knows whether it made the call. One that was killed
    /// in between does not say: then the estimate stands.
    private static List<String> phantoms(Case scene) {
        List<String> broken = new ArrayList<>();
        for (At<Attempt> attempt : Uncalled.of(scene)) {
            UUID id = attempt.value().getAttemptId();
            BigDecimal sum =
                    scene.charges.getOrDefault(id, List.of()).stream()
                            .map(charge -> charge.value().getAmount())
                            .filter(amount -> amount != null)
                            .reduce(BigDecimal.ZERO, BigDecimal::add);
            if (scene.ended.containsKey(id) && sum.signum() != 0) {
                broken.add(scene.marker(attempt.value().getRequestId()) + ": " + sum);
            }
        }
        return broken;
    }

    /// An answer whose usage the provider reported is charged for exactly that.
    private static List<String> tokens(Case scene) {
        List<String> broken = new ArrayList<>();
        scene.charges.forEach((attempt, list) -> {
            ProviderCall call = scene.callByAttempt.get(attempt.toString());
            Charge last = list.getLast().value();
            if (call != null
                    && call.end() == ProviderCall.End.ANSWERED
                    && call.promptTokens() > 0
                    && last.getOutcome() == AttemptOutcome.COMPLETED
                    && (last.getUsage().getInputTokens() != call.promptTokens()
                            || last.getUsage().getOutputTokens() != call.completionTokens()
                            || last.getUsage().getSource() != UsageSource.PROVIDER)) {
                broken.add(call.marker() + ": " + last.getUsage());
            }
        });
        return broken;
    }

    private static List<String> unflagged(Case scene) {
        return scene.charges.values().stream()
                .flatMap(List::stream)
                .map(At::value)
                .filter(charge -> isEstimate(scene, charge))
                .filter(charge -> charge.getUsage().getSource() != UsageSource.ESTIMATED)
                .map(charge -> "charge " + charge.getChargeId())
                .toList();
    }

    /// An abandoned call's, or that of an answer whose provider said nothing of its usage.
    private static boolean isEstimate(Case scene, Charge charge) {
        ProviderCall call = scene.callByAttempt.get(charge.getAttemptId().toString());
        return charge.getOutcome() == AttemptOutcome.ABANDONED
                || (charge.getOutcome() == AttemptOutcome.COMPLETED
                        && call != null
                        && call.promptTokens() == 0);
    }
}
