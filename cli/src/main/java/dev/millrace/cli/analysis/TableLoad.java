package dev.millrace.cli.analysis;

import dev.millrace.cli.reading.CommittedRecords;
import dev.millrace.cli.reading.Decoded;
import dev.millrace.cli.reading.Stretch;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Fills one table from its topic. Records go straight into the database: what is on Java's heap
/// does not grow with the topic.
///
/// @param <V> the class of the records
final class TableLoad<V extends SpecificRecord> {

    /// How far the clocks of the services may be apart from the log's: so much more is read than
    /// was asked for.
    private static final Duration SKEW = Duration.ofHours(1);

    private static final String STAGING = "staging_of_newest";

    private final LedgerTable table;
    private final Topic<V> topic;
    private final RecordRows<V> rows;

    private TableLoad(LedgerTable table, Topic<V> topic) {
        this.table = table;
        this.topic = topic;
        this.rows = new RecordRows<>(topic.value());
    }

    static TableLoad<?> of(LedgerTable table, KafkaLog log) {
        return new TableLoad<>(table, table.topic(log.topics()));
    }

    String topicName() {
        return topic.name();
    }

    /// Makes the empty table.
    void define(Database database) throws SQLException {
        database.run(rows.createTable(table.table()));
    }

    /// What there is to read now.
    ///
    /// @param since leaves out what belongs to a time before it; null: nothing
    List<Stretch> stretches(CommittedRecords records, @Nullable Instant since) {
        Instant from = since == null ? null : table.start(since).minus(SKEW);
        return records.stretches(topic.name(), from, null);
    }

    /// Reads that.
    ///
    /// @return what to tell of records that could not be read
    Optional<String> read(
            Database database,
            CommittedRecords records,
            RecordSerdes serdes,
            List<Stretch> stretches,
            @Nullable Instant since)
            throws SQLException, InterruptedException {
        Instant from = since == null ? null : table.start(since);
        try (Decoded<V> decoded = new Decoded<>(serdes, topic.value())) {
            if (table.newestOfEachKey()) {
                readNewest(database, records, stretches, decoded, from);
            } else {
                try (RowAppender appender = database.appender(table.table())) {
                    records.read(
                            stretches,
                            record -> {
                                V value = decoded.value(record).orElse(null);
                                if (value != null && belongs(value, from)) {
                                    rows.append(appender, record, value);
                                }
                            });
                }
            }
            return decoded.remark(topic.name());
        }
    }

    /// The keys with their offsets are in the database too: a tombstone, and each value but the
    /// last, takes a row away.
    private void readNewest(
            Database database,
            CommittedRecords records,
            List<Stretch> stretches,
            Decoded<V> decoded,
            @Nullable Instant from)
            throws SQLException, InterruptedException {
        database.run(
                "create temp table "
                        + STAGING
                        + " (record_key varchar, topic_partition integer, topic_offset bigint)");
        try (RowAppender appender = database.appender(table.table());
                RowAppender keys = database.appender(STAGING)) {
            records.read(
                    stretches,
                    record -> {
                        keys.row(place(record));
                        V value = decoded.value(record).orElse(null);
                        if (value != null && belongs(value, from)) {
                            rows.append(appender, record, value);
                        }
                    });
        }
        database.run(
                "delete from "
                        + table.table()
                        + " where (topic_partition, topic_offset) not in (select (topic_partition,"
                        + " max(topic_offset)) from "
                        + STAGING
                        + " group by record_key, topic_partition)");
        database.run("drop table " + STAGING);
    }

    private static List<@Nullable Object> place(ConsumerRecord<String, byte[]> record) {
        List<@Nullable Object> cells = new ArrayList<>();
        cells.add(record.key());
        cells.add(record.partition());
        cells.add(record.offset());
        return cells;
    }

    private boolean belongs(V value, @Nullable Instant from) {
        return from == null || !table.time(value).isBefore(from);
    }
}
