package dev.millrace.router.outcome;

import dev.millrace.router.wire.Wire;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.Result;
import dev.millrace.topology.Counters;
import dev.millrace.topology.ReadThrough;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides the outcomes of one partition's requests: the first terminal outcome of a request is its
/// outcome, whatever comes twice, late, or in another order. Not thread-safe.
final class OutcomeGate {

    /// What is counted.
    enum Event {
        /// A request has its outcome.
        CLOSED,
        /// Nothing was heard of a request until its deadline had passed.
        EXPIRED,
        /// A request was taken back from the dead letters.
        REOPENED,
        /// An outcome came for a request that had one.
        LATE,
        /// A part of an outcome is missing.
        GAP,
        /// An event could not be decided on.
        DEAD_LETTER
    }

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeGate.class);

    private final Wire<Completion> wire;
    private final Outcomes outcomes;
    private final CollectedParts parts;
    private final ResultWriter results;
    private final Counters<Event> counters;
    private final ReadThrough readThrough;

    OutcomeGate(
            Wire<Completion> wire,
            Outcomes outcomes,
            CollectedParts parts,
            Counters<Event> counters) {
        this.wire = wire;
        this.outcomes = outcomes;
        this.parts = parts;
        this.results = new ResultWriter(wire);
        this.counters = counters;
        this.readThrough = new ReadThrough(wire.now());
    }

    void take(Record<String, byte[]> record) {
        readThrough.read(Instant.ofEpochMilli(record.timestamp()), wire.now());
        if (record.value() != null && record.value().length > Wire.longestRecord(wire.topics())) {
            refuse(record, "check", "the event is too long to be written again");
            return;
        }
        wire.decode(record)
                .ifPresentOrElse(
                        event -> take(record, event), () -> counters.count(Event.DEAD_LETTER));
    }

    /// Ends what is overdue and forgets what is kept no longer.
    void tick() {
        Instant now = wire.now();
        for (Result head : outcomes.drainDue(readThrough.until(now))) {
            Result expired = Heads.expired(head, now);
            counters.count(Event.EXPIRED);
            outcomes.put(expired, head);
            parts.forget(head.getRequestId());
            results.write(cause(head, now), expired, number -> null);
        }
        for (Result head : outcomes.drainExpired(now)) {
            results.remove(cause(head, now), head);
            outcomes.forget(head);
        }
    }

    private void take(Record<String, byte[]> record, Completion event) {
        Result head = outcomes.find(event.getRequestId());
        String problem = EventCheck.problem(event, record.key());
        if (problem == null && head != null && !head.getTenant().equals(event.getTenant())) {
            problem = "the request is another tenant's";
        }
        if (problem != null) {
            refuse(record, "check", problem);
            return;
        }
        int redrive = Heads.request(event).getRedrive();
        if (head != null && redrive > head.getRequest().getRedrive()) {
            reopen(record, head);
            head = null;
        }
        boolean isOver =
                head != null && (Heads.isClosed(head) || redrive < head.getRequest().getRedrive());
        if (event.getKind() == CompletionKind.TERMINAL) {
            end(record, event, head, isOver);
        } else if (!isOver) {
            advance(record, event, head);
        }
    }

    private void advance(Record<String, byte[]> record, Completion event, @Nullable Result head) {
        if (head == null) {
            Result opened = Heads.opened(event);
            outcomes.put(opened, null);
            results.write(record, opened);
            return;
        }
        Heads.advanced(head, event)
                .ifPresent(advanced -> {
                    outcomes.put(advanced, head);
                    results.write(record, advanced);
                });
    }

    private void end(
            Record<String, byte[]> record,
            Completion event,
            @Nullable Result head,
            boolean isOver) {
        if (isOver) {
            if (!event.getMore()) {
                counters.count(Event.LATE);
            }
            return;
        }
        switch (parts.take(event, record.value())) {
            case COMPLETES -> close(record, event, head);
            case COLLECTED -> advance(record, event, head);
            case REPEATED -> {}
            case LEAVES_GAP -> {
                counters.count(Event.GAP);
                LOG.warn(
                        "event=outcome_part_missing request={} hop={} attempt={} part={}",
                        event.getRequestId(),
                        event.getHop(),
                        event.getAttempt(),
                        event.getPart());
            }
        }
    }

    private void close(Record<String, byte[]> record, Completion last, @Nullable Result head) {
        Result closed = Heads.closed(head, last);
        counters.count(Event.CLOSED);
        results.write(
                record,
                closed,
                number ->
                        number == last.getPart()
                                ? last.getBody()
                                : parts.read(last, number).getBody());
        outcomes.put(closed, head);
        parts.forget(last.getRequestId());
    }

    /// The request starts anew: the outcome that it had, or was on its way to, is out of force.
    private void reopen(Record<String, byte[]> record, Result head) {
        counters.count(Event.REOPENED);
        results.removeFurtherParts(record, head);
        parts.forget(head.getRequestId());
        outcomes.forget(head);
    }

    private void refuse(Record<String, byte[]> record, String step, String reason) {
        counters.count(Event.DEAD_LETTER);
        LOG.warn("event=completion_refused reason=\"{}\"", reason);
        wire.deadLetter(record, step, reason);
    }

    /// What stands for the cause of what the clock brings about.
    private static Record<String, byte[]> cause(Result head, Instant now) {
        return new Record<>(head.getRequestId().toString(), null, now.toEpochMilli());
    }
}
