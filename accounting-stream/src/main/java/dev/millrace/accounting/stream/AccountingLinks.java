package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.DedupeWindow;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;

/// What the topology is connected to.
///
/// @param topics the catalogue
/// @param serdes the records' serdes
/// @param prices the prices
/// @param history what was charged before
/// @param clock tells when an attempt without an end is overdue
/// @param instance this instance, for dead letters
/// @param grace how long after its deadline an attempt is waited for
/// @param window how far back an attempt is recognised
/// @param rebuilds which rebuilds of the sums were asked for
/// @param checkEvery after how long without a rebuild the sums are checked
/// @param mostLabelValues how many values of a label are told apart in a tenant's month
public record AccountingLinks(
        Topics topics,
        RecordSerdes serdes,
        Prices prices,
        ChargeHistory history,
        InstantSource clock,
        String instance,
        Duration grace,
        DedupeWindow window,
        Rebuilds rebuilds,
        Duration checkEvery,
        int mostLabelValues) {

    public AccountingLinks {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("the grace cannot be negative: " + grace);
        }
        if (mostLabelValues < 0) {
            throw new IllegalArgumentException(
                    "the bound of label values cannot be negative: " + mostLabelValues);
        }
    }
}
