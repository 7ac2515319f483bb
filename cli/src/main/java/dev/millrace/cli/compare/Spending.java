package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tokens and the cost of several answers. What failed calls cost, only the ledger knows.
///
/// @param calls how many answers there are
/// @param unmetered answers without usage: none of the other figures includes them
/// @param unpriced answers without a known price: the cost does not include them
/// @param input tokens of all prompts
/// @param output tokens of all answers
/// @param cost null where no price is known, which is not 0, and where there are several currencies
/// @param currencies of the costs; the empty text stands for one that is not known
/// @param perMillion the cost of a million tokens, as prompts and answers had them; null as the
///   cost, and without any token
public record Spending(
        int calls,
        int unmetered,
        int unpriced,
        long input,
        long output,
        @Nullable BigDecimal cost,
        SortedSet<String> currencies,
        @Nullable BigDecimal perMillion) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /// Digits of what is divided, and so not exact.
    private static final MathContext DIGITS = new MathContext(4);

    /// Whether the tokens of any answer are known.
    public boolean metered() {
        return unmetered < calls;
    }

    public Spending {
        currencies = Collections.unmodifiableSortedSet(new TreeSet<>(currencies));
    }

    /// Whether the costs are in several currencies, and so have no sum.
    public boolean mixed() {
        return currencies.size() > 1;
    }

    /// The currency of the cost; empty where it is not known.
    public String currency() {
        return currencies.size() == 1 ? currencies.first() : "";
    }

    static Spending of(Collection<? extends Outcome> outcomes) {
        var answers =
                outcomes.stream()
                        .filter(Answered.class::isInstance)
                        .map(Answered.class::cast)
                        .toList();
        var usages = answers.stream().map(Answered::usage).filter(Objects::nonNull).toList();
        var priced = usages.stream().filter(usage -> usage.cost() != null).toList();
        var currencies =
                priced.stream().map(Usage::currency).collect(Collectors.toCollection(TreeSet::new));
        BigDecimal cost =
                currencies.size() > 1
                        ? null
                        : priced.stream()
                                .map(Usage::cost)
                                .filter(Objects::nonNull)
                                .reduce(BigDecimal::add)
                                .orElse(null);
        long tokens = priced.stream().mapToLong(usage -> usage.input() + usage.output()).sum();
        return new Spending(
                answers.size(),
                answers.size() - usages.size(),
                usages.size() - priced.size(),
                usages.stream().mapToLong(Usage::input).sum(),
                usages.stream().mapToLong(Usage::output).sum(),
                cost,
                currencies,
                cost == null || tokens == 0
                        ? null
                        : cost.multiply(MILLION).divide(BigDecimal.valueOf(tokens), DIGITS));
    }
}
