package dev.millrace.cli.ledger;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Attempts, charges and sums as they stand on their topics, to be held against each other. It
/// keeps what is needed of each attempt in memory. For one thread.
public final class LedgerBook {

    /// How long after its deadline an attempt without an end may be charged at the latest: the
    /// ledger's grace, and what it needs to catch up.
    private static final Duration SETTLED = Duration.ofMinutes(5);

    private static final List<Granularity> LENGTHS =
            List.of(Granularity.HOUR, Granularity.DAY, Granularity.MONTH);

    private static final Sums NOTHING = new Sums();

    private record Due(Instant at, @Nullable Usage usage) {}

    /// Some entries' amounts; in maps by currency, with the empty string for what has no price.
    private record Amounts(long entries, BigDecimal computed, BigDecimal stated) {

        private Amounts plus(Amounts other) {
            return new Amounts(
                    entries + other.entries,
                    computed.add(other.computed),
                    stated.add(other.stated));
        }

        private Balance of(String topic, String currency) {
            return new Balance(
                    topic, currency.isEmpty() ? null : currency, entries, computed, stated);
        }
    }

    private static final class Account {
        private final Instant endedAt;
        private int net;

        private Account(Instant endedAt) {
            this.endedAt = endedAt;
        }
    }

    private final Map<UUID, Due> due = new HashMap<>();
    private final Map<UUID, Account> accounts = new HashMap<>();
    private final Map<UUID, BigDecimal> standing = new HashMap<>();
    private final Set<UUID> chargeIds = new HashSet<>();
    private final Map<Group, Sums> computed = new HashMap<>();
    private final Map<Group, Sums> stated = new HashMap<>();
    private final Map<String, Amounts> charged = new TreeMap<>();
    private final List<Difference> wrongCharges = new ArrayList<>();

    /// Takes an attempt.
    ///
    /// @param written when the log took it
    public void add(Attempt attempt, Instant written) {
        UUID id = attempt.getAttemptId();
        if (attempt.getPhase() == AttemptPhase.ENDED) {
            Due before = due.get(id);
            if (before == null || before.usage() == null) {
                due.put(id, new Due(written, attempt.getUsage()));
            }
        } else {
            due.putIfAbsent(id, new Due(attempt.getDeadline().plus(SETTLED), null));
        }
    }

    /// Forgets an attempt that the ledger has refused.
    public void refuse(Attempt attempt) {
        due.remove(attempt.getAttemptId());
    }

    /// Takes a charge, or a reversal. Its attempt has been added before, if it is kept at all.
    public void add(Charge charge) {
        if (!chargeIds.add(charge.getChargeId())) {
            wrongCharges.add(new Difference(name(charge), "stands on the log twice"));
            return;
        }
        accounts.computeIfAbsent(charge.getAttemptId(), _ -> new Account(charge.getEndedAt()))
                        .net +=
                charge.getKind() == ChargeKind.REVERSAL ? -1 : 1;
        check(charge);
        for (Granularity length : LENGTHS) {
            computed.computeIfAbsent(Group.of(charge, length), _ -> new Sums()).add(charge);
        }
    }

    /// Takes the newest sum of a group.
    public void add(Cost cost) {
        stated.put(Group.of(cost), Sums.of(cost));
    }

    /// Everything that differs, of what the log took before a time.
    ///
    /// @param complete from when on all charges are kept: sums of buckets that began earlier cannot
    ///   be computed anew, and attempts that ended earlier may have lost their charge to the
    ///   retention
    public List<Difference> differences(Instant complete, Instant before) {
        List<Difference> found = new ArrayList<>(wrongCharges);
        due.forEach((id, attempt) -> {
            Account account = accounts.get(id);
            if (account == null
                    && attempt.at().isBefore(before)
                    && !attempt.at().isBefore(complete)) {
                found.add(new Difference("attempt " + id, "is not charged"));
            }
        });
        accounts.forEach((id, account) -> {
            if (account.net != 1 && !account.endedAt.isBefore(complete)) {
                found.add(new Difference("attempt " + id, "is charged " + account.net + " times"));
            }
        });
        groups(complete)
                .forEach(group -> {
                    String difference =
                            computed.getOrDefault(group, NOTHING)
                                    .differenceTo(stated.getOrDefault(group, NOTHING));
                    if (!difference.isEmpty()) {
                        found.add(new Difference(group.toString(), difference));
                    }
                });
        return found;
    }

    /// The amounts by topic and currency.
    ///
    /// @param complete from when on all charges are kept
    /// @param topics the names of the topics of charges, and of the sums by hour, day and month
    public List<Balance> balances(Instant complete, List<String> topics) {
        List<Balance> balances = new ArrayList<>();
        charged.forEach(
                (currency, amounts) -> balances.add(amounts.of(topics.getFirst(), currency)));
        for (Granularity length : LENGTHS) {
            String topic = topics.get(1 + LENGTHS.indexOf(length));
            Map<String, Amounts> sums = new TreeMap<>();
            groups(complete)
                    .filter(group -> group.granularity() == length)
                    .forEach(group ->
                            sums.merge(
                                    Objects.requireNonNullElse(group.currency(), ""),
                                    new Amounts(
                                            1,
                                            computed.getOrDefault(group, NOTHING).amount(),
                                            stated.getOrDefault(group, NOTHING).amount()),
                                    Amounts::plus));
            sums.forEach((currency, amounts) -> balances.add(amounts.of(topic, currency)));
        }
        return balances;
    }

    /// How many attempts have a charge.
    public int attempts() {
        return accounts.size();
    }

    private Stream<Group> groups(Instant complete) {
        return Stream.concat(computed.keySet().stream(), stated.keySet().stream())
                .distinct()
                .filter(group -> !group.start().isBefore(complete));
    }

    private void check(Charge charge) {
        Due attempt = due.get(charge.getAttemptId());
        Usage reported = attempt == null ? null : attempt.usage();
        boolean abandoned = charge.getOutcome() == AttemptOutcome.ABANDONED;
        Usage usage =
                reported == null || abandoned
                        ? charge.getUsage()
                        : asCharged(reported, charge.getUsage());
        if (!usage.equals(charge.getUsage())) {
            wrongCharges.add(new Difference(name(charge), "has another usage than its attempt"));
        }
        BigDecimal computed = Recomputation.amount(charge, usage);
        if (!Recomputation.equal(computed, charge.getAmount())) {
            wrongCharges.add(
                    new Difference(
                            name(charge),
                            "is " + charge.getAmount() + ", usage times price " + computed));
        }
        BigDecimal amount = orZero(charge.getAmount());
        if (charge.getKind() == ChargeKind.REVERSAL) {
            BigDecimal taken = standing.remove(charge.getCorrects());
            if (taken != null && taken.negate().compareTo(amount) != 0) {
                wrongCharges.add(new Difference(name(charge), "does not take back " + taken));
            }
        } else {
            standing.put(charge.getChargeId(), amount);
        }
        charged.merge(
                Objects.requireNonNullElse(charge.getCurrency(), ""),
                new Amounts(1, orZero(computed), amount),
                Amounts::plus);
    }

    /// What an attempt reported, and what only the ledger says: that a call is a query, and how
    /// long it took.
    private static Usage asCharged(Usage reported, Usage charged) {
        return Usage.newBuilder(reported)
                .setQueries(charged.getQueries())
                .setComputeMilliseconds(charged.getComputeMilliseconds())
                .build();
    }

    private static String name(Charge charge) {
        return "charge " + charge.getChargeId() + " of attempt " + charge.getAttemptId();
    }

    private static BigDecimal orZero(@Nullable BigDecimal amount) {
        return Objects.requireNonNullElse(amount, BigDecimal.ZERO);
    }
}
