package dev.millrace.cli.analysis;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/// The tables that can be asked, one for each topic of the ledger.
enum LedgerTable {
    CHARGES(Topics::charges, ChronoUnit.MILLIS),
    ATTEMPTS(Topics::attempts, ChronoUnit.MILLIS),
    COSTS_HOURLY(Topics::hourlyCosts, ChronoUnit.HOURS),
    COSTS_DAILY(Topics::dailyCosts, ChronoUnit.DAYS),
    COSTS_MONTHLY(Topics::monthlyCosts, ChronoUnit.MONTHS),
    COSTS_FINAL(Topics::finalCosts, ChronoUnit.HOURS),

    /// Of hours, days and months alike: all from the month on.
    COSTS_LABELS(Topics::labelCosts, ChronoUnit.MONTHS);

    /// The charges that hold: what was taken back is left out, and what took it back. Their sum is
    /// that of all charges.
    private static final String NET_CHARGES =
            """
            create view net_charges as
            select * from charges as charge
            where charge.kind = 'charge'
              and not exists (
                from charges as reversal
                where reversal.kind = 'reversal' and reversal.corrects = charge.charge_id)
            """;

    private final Function<Topics, Topic<? extends SpecificRecord>> topic;
    private final ChronoUnit unit;

    LedgerTable(Function<Topics, Topic<? extends SpecificRecord>> topic, ChronoUnit unit) {
        this.topic = topic;
        this.unit = unit;
    }

    /// The statements that make the views.
    static List<String> views() {
        return List.of(NET_CHARGES);
    }

    /// As SQL knows it.
    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    Topic<? extends SpecificRecord> topic(Topics topics) {
        return topic.apply(topics);
    }

    /// Whether a query may ask for this table, by itself or through a view.
    boolean isNamedIn(String sql) {
        return names(sql, table()) || (this == CHARGES && names(sql, "net_charges"));
    }

    /// Whether its topic is compacted: the newest value of each key is a row, and a tombstone ends
    /// it.
    boolean newestOfEachKey() {
        return switch (this) {
            case CHARGES, ATTEMPTS -> false;
            case COSTS_HOURLY, COSTS_DAILY, COSTS_MONTHLY, COSTS_FINAL, COSTS_LABELS -> true;
        };
    }

    /// The time that says whether a record belongs to what is asked for: the end of what was
    /// charged, the start of an attempt or of a bucket.
    Instant time(SpecificRecord value) {
        return switch (value) {
            case Charge charge -> charge.getEndedAt();
            case Attempt attempt -> attempt.getStartedAt();
            case Cost cost -> cost.getBucketStart();
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }

    /// The start of the bucket that a time lies in; the time itself where there are no buckets.
    Instant start(Instant time) {
        return unit == ChronoUnit.MONTHS
                ? time.atOffset(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.DAYS)
                        .withDayOfMonth(1)
                        .toInstant()
                : time.truncatedTo(unit);
    }

    private static boolean names(String sql, String table) {
        return Pattern.compile("\\b" + table + "\\b", Pattern.CASE_INSENSITIVE).matcher(sql).find();
    }
}
