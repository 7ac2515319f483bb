package dev.millrace.faults.audit;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the sums are the sums of the charges, by every bucket and dimension.
final class Drift {

    /// Which sum a charge belongs to.
    private record Key(
            Instant bucket,
            String tenant,
            @Nullable String keyId,
            String provider,
            String model,
            String lane,
            @Nullable String currency) {}

    private record Sum(BigDecimal amount, long attempts, long charges, long input, long output) {
        static final Sum ZERO = new Sum(BigDecimal.ZERO, 0, 0, 0, 0);

        Sum plus(Charge charge) {
            int sign = charge.getKind() == ChargeKind.REVERSAL ? -1 : 1;
            BigDecimal one = charge.getAmount() == null ? BigDecimal.ZERO : charge.getAmount();
            return new Sum(
                    amount.add(one),
                    attempts + sign,
                    charges + 1,
                    input + sign * charge.getUsage().getInputTokens(),
                    output + sign * charge.getUsage().getOutputTokens());
        }

        boolean equalsCost(Cost cost) {
            BigDecimal told = cost.getAmount() == null ? BigDecimal.ZERO : cost.getAmount();
            return amount.compareTo(told) == 0
                    && attempts == cost.getAttempts()
                    && charges == cost.getCharges()
                    && input == cost.getInputTokens()
                    && output == cost.getOutputTokens();
        }
    }

    private Drift() {}

    static List<String> of(Evidence evidence) {
        List<String> drift = new ArrayList<>();
        evidence.costs.forEach(
                (topic, costs) -> compare(topic, sums(evidence, topic), costs, drift));
        if (!evidence.charges.isEmpty() && evidence.costs.size() != 3) {
            drift.add("only " + evidence.costs.keySet() + " have sums");
        }
        return drift;
    }

    /// The sum of all charges.
    static BigDecimal total(Evidence evidence) {
        return evidence.charges.stream()
                .map(charge -> charge.value().getAmount())
                .filter(amount -> amount != null)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void compare(
            String topic, Map<Key, Sum> sums, Map<String, Cost> costs, List<String> drift) {
        Set<Key> told = new HashSet<>();
        for (Cost cost : costs.values()) {
            Key key =
                    new Key(
                            cost.getBucketStart(),
                            cost.getTenant(),
                            cost.getKeyId(),
                            cost.getProvider(),
                            cost.getUpstreamModel(),
                            cost.getLane().name(),
                            cost.getCurrency());
            told.add(key);
            Sum sum = sums.getOrDefault(key, Sum.ZERO);
            if (!sum.equalsCost(cost)) {
                drift.add(topic + " " + key.bucket() + ": " + sum + " is told as " + cost);
            }
        }
        sums.keySet().stream()
                .filter(key -> !told.contains(key))
                .forEach(key -> drift.add(topic + " " + key + ": no sum"));
    }

    private static Map<Key, Sum> sums(Evidence evidence, String topic) {
        Map<Key, Sum> sums = new HashMap<>();
        evidence.charges.forEach(charge ->
                sums.merge(
                        key(charge.value(), topic),
                        Sum.ZERO.plus(charge.value()),
                        (before, _) -> before.plus(charge.value())));
        return sums;
    }

    private static Key key(Charge charge, String topic) {
        ZonedDateTime end = charge.getEndedAt().atZone(ZoneOffset.UTC);
        ZonedDateTime bucket =
                topic.endsWith("hourly")
                        ? end.truncatedTo(ChronoUnit.HOURS)
                        : topic.endsWith("daily")
                                ? end.truncatedTo(ChronoUnit.DAYS)
                                : end.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
        return new Key(
                bucket.toInstant(),
                charge.getTenant(),
                charge.getKeyId(),
                charge.getProvider(),
                charge.getUpstreamModel(),
                charge.getLane().name(),
                charge.getCurrency());
    }
}
