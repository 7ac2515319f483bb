package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.Bill;
import dev.millrace.accounting.ledger.Consumption;
import dev.millrace.accounting.ledger.DedupeWindow;
import dev.millrace.accounting.stream.AttemptState.Abandoned;
import dev.millrace.accounting.stream.AttemptState.Ended;
import dev.millrace.accounting.stream.AttemptState.Open;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Charges each attempt of one partition once, whatever comes twice, too late, in the wrong order
/// or not at all. Not thread-safe.
final class Settlement {

    /// What became of a record.
    enum Verdict {
        /// It is settled, or kept until it is.
        TAKEN,
        /// It says what was known already.
        DUPLICATE,
        /// It cannot be told whether its attempt was charged before.
        TOO_OLD
    }

    /// How many entries are settled or forgotten in one go, so that no commit takes long.
    private static final int BATCH = 20_000;

    private final AttemptStates states;
    private final AttemptIndex index;
    private final LongFunction<PriceList> prices;
    private final Duration grace;
    private final DedupeWindow window;
    private final Journal journal;
    private @Nullable OpenAttempts open;

    /// @param prices to charge with, as [Prices#atLeast]
    Settlement(
            AttemptStates states,
            AttemptIndex index,
            LongFunction<PriceList> prices,
            AccountingLinks links,
            Journal journal) {
        this.states = states;
        this.index = index;
        this.prices = prices;
        this.grace = links.grace();
        this.window = links.window();
        this.journal = journal;
    }

    /// What is known of an attempt; null if nothing is.
    ///
    /// @param startedAt as its records say
    @Nullable AttemptState find(UUID attempt, Instant startedAt) {
        return open().contains(attempt) ? new Open() : states.findClosed(attempt, startedAt);
    }

    /// Takes a STARTED record that [AttemptCheck] has passed.
    ///
    /// @param record as it stands on the log
    /// @param written when the log took it, in milliseconds since the epoch
    Verdict start(Attempt attempt, byte[] record, long written) {
        observe(attempt.getStartedAt(), written);
        UUID id = attempt.getAttemptId();
        if (find(id, attempt.getStartedAt()) != null) {
            return Verdict.DUPLICATE;
        }
        if (isTooOld(attempt)) {
            return Verdict.TOO_OLD;
        }
        supersede(attempt, written);
        open().add(attempt, due(attempt), record);
        return Verdict.TAKEN;
    }

    /// Takes an ENDED record that [AttemptCheck] has passed.
    ///
    /// @param written when the log took it, in milliseconds since the epoch
    Verdict end(Attempt attempt, long written) {
        observe(attempt.getEndedAt(), written);
        AttemptState state = find(attempt.getAttemptId(), attempt.getStartedAt());
        if (state == null) {
            if (isTooOld(attempt)) {
                return Verdict.TOO_OLD;
            }
            supersede(attempt, written);
            charge(attempt, written);
            return Verdict.TAKEN;
        }
        return switch (state) {
            case Open _ -> {
                charge(attempt, written);
                yield Verdict.TAKEN;
            }
            case Abandoned abandoned -> {
                takeBack(abandoned, written);
                charge(attempt, written);
                yield Verdict.TAKEN;
            }
            case Ended _ -> Verdict.DUPLICATE;
        };
    }

    /// Keeps what is still open of what was taken since the last time: to be done before a commit.
    void keepOpen() {
        if (open != null) {
            open.store(states::open);
        }
    }

    /// Charges the open attempts that were due by a time as abandoned.
    ///
    /// @param now in milliseconds since the epoch
    void abandonDue(Instant until, long now) {
        for (UUID id : open().due(until, BATCH)) {
            abandon(started(id), now);
        }
    }

    /// Forgets the closed attempts that the dedupe window has passed.
    void forgetExpired() {
        Instant expired = index.observed().minusMillis(1);
        if (expired.isAfter(Instant.EPOCH.plus(window.length()))) {
            states.forget(expired.minus(window.length()), BATCH).forEach(this::forgetRequest);
        }
        states.forgetFormer(expired, BATCH).forEach(this::forgetRequest);
    }

    private void forgetRequest(AttemptStates.Forgotten forgotten) {
        UUID countedRequest =
                switch (forgotten.state()) {
                    case Open _ -> null;
                    case Abandoned(Charge charge) ->
                            charge.getCountsRequest() ? charge.getRequestId() : null;
                    case Ended ended -> ended.countedRequest();
                };
        if (countedRequest != null) {
            index.forgetRequest(countedRequest);
        }
    }

    /// An attempt of the same dispatch under a later fence means that the partition changed hands:
    /// the worker that had it before is gone, or has ended its attempts on the way out.
    private void supersede(Attempt later, long written) {
        for (UUID id : open().below(later.getDispatchId(), later.getFence())) {
            if (!id.equals(later.getAttemptId())) {
                abandon(started(id), written);
            }
        }
    }

    private void charge(Attempt ended, long written) {
        boolean counts = countsRequest(ended);
        Charge charge =
                ChargeRecords.ended(
                        ended,
                        bill(ended, ChargeRecords.consumption(ended), ended.getEndedAt()),
                        counts);
        close(ended, new Ended(counts ? ended.getRequestId() : null));
        journal.book(charge, written);
    }

    private void abandon(Attempt started, long time) {
        Consumption consumption = Consumption.estimate(started.getEstimatedPromptTokens());
        Charge charge =
                ChargeRecords.abandoned(
                        started,
                        bill(started, consumption, started.getStartedAt()),
                        countsRequest(started));
        close(started, new Abandoned(charge));
        journal.book(charge, time);
    }

    private Attempt started(UUID attempt) {
        byte[] record = open().unstored(attempt);
        return record == null ? states.started(attempt) : states.started(record);
    }

    private void takeBack(Abandoned abandoned, long written) {
        journal.book(ChargeRecords.reversal(abandoned.charge()), written);
    }

    private void close(Attempt attempt, AttemptState state) {
        UUID id = attempt.getAttemptId();
        states.close(id, attempt.getStartedAt(), state, open().remove(id));
    }

    private Bill bill(Attempt attempt, Consumption consumption, Instant time) {
        PriceList list = prices.apply(attempt.getConfigVersion());
        PriceEntry price =
                list.asOf(attempt.getProvider(), attempt.getUpstreamModel(), time).orElse(null);
        return Bill.of(consumption, price, attempt.getServiceTier());
    }

    /// Whether the request is counted with this attempt: with the first that is charged of those
    /// that came first. There can be several: each worker that is given the dispatch makes one.
    private boolean countsRequest(Attempt attempt) {
        return attempt.getHop() == 0
                && attempt.getNumber() == 1
                && index.countRequest(attempt.getRequestId(), attempt.getAttemptId());
    }

    private void observe(Instant happened, long written) {
        index.observe(window.observe(index.observed(), happened, Instant.ofEpochMilli(written)));
    }

    private boolean isTooOld(Attempt attempt) {
        return window.isPast(attempt.getStartedAt(), index.observed());
    }

    /// Reads what the store holds when it is needed first.
    private OpenAttempts open() {
        OpenAttempts known = open;
        if (known == null) {
            OpenAttempts all = new OpenAttempts();
            states.load(started -> all.addStored(started, due(started)));
            open = all;
            return all;
        }
        return known;
    }

    private Instant due(Attempt started) {
        return started.getDeadline().plus(grace);
    }
}
