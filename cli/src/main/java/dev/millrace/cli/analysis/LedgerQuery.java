package dev.millrace.cli.analysis;

import dev.millrace.cli.reading.CommittedRecords;
import dev.millrace.cli.reading.Stretch;
import dev.millrace.topics.KafkaLog;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A question to the ledger in SQL. The tables that it names are read from their topics first; the
/// database then is closed to files and the network. Immutable.
///
/// @param sql one or more statements of DuckDB; the result is that of the last
/// @param since leaves out what belongs to a time before it, or to a bucket that ended before it;
///   null: nothing
public record LedgerQuery(String sql, @Nullable Instant since) {

    /// Takes a result.
    public interface Taker {

        /// Comes first, and does not come where the statement has no result.
        void columns(List<ResultColumn> columns);

        /// A row, of the values that [ResultColumn] describes.
        void row(List<@Nullable Object> values);
    }

    /// Tells which topics there are.
    @FunctionalInterface
    public interface Existing {

        /// @return their names
        Set<String> topics() throws InterruptedException;
    }

    /// Asks.
    ///
    /// @param log where the topics are; used only if a table is named
    /// @param existing the topics that there are; asked for only if a table is named
    /// @param remarks takes what should be told beside the result
    /// @throws QueryFailure if the SQL makes no sense, cannot be executed, or names a table whose
    ///   topic there is not
    public void run(KafkaLog log, Existing existing, Taker taker, Consumer<String> remarks)
            throws InterruptedException {
        try (Database database = Database.open()) {
            for (LedgerTable table : LedgerTable.values()) {
                TableLoad.of(table, log).define(database);
            }
            for (String view : LedgerTable.views()) {
                database.run(view);
            }
            refuseEarly(database);
            load(database, log, existing, remarks);
            database.seal();
            ask(database, taker);
        } catch (SQLException e) {
            throw QueryFailure.of(e);
        }
    }

    /// What makes no sense to the engine is refused before anything is read. Several statements may
    /// build on each other: those are only tried when it is their turn.
    private void refuseEarly(Database database) throws SQLException {
        if (!sql.strip().replaceFirst(";+$", "").contains(";")) {
            database.prepare(sql).close();
        }
    }

    private void load(Database database, KafkaLog log, Existing existing, Consumer<String> remarks)
            throws SQLException, InterruptedException {
        List<LedgerTable> named =
                Arrays.stream(LedgerTable.values()).filter(table -> table.isNamedIn(sql)).toList();
        if (named.isEmpty()) {
            return;
        }
        Set<String> topics = existing.topics();
        List<TableLoad<?>> loads = new ArrayList<>();
        for (LedgerTable table : named) {
            TableLoad<?> load = TableLoad.of(table, log);
            if (!topics.contains(load.topicName())) {
                throw new QueryFailure("there is no topic " + load.topicName());
            }
            loads.add(load);
        }
        try (CommittedRecords records = new CommittedRecords(log)) {
            // All ends first: charges and their sums then stand as close together as can be.
            List<List<Stretch>> stretches = new ArrayList<>();
            for (TableLoad<?> load : loads) {
                stretches.add(load.stretches(records, since));
            }
            for (int i = 0; i < loads.size(); i++) {
                loads.get(i)
                        .read(database, records, log.serdes(), stretches.get(i), since)
                        .ifPresent(remarks);
            }
        }
    }

    private void ask(Database database, Taker taker) throws SQLException {
        try (PreparedStatement statement = database.prepare(sql)) {
            if (!statement.execute()) {
                return;
            }
            try (ResultSet result = statement.getResultSet()) {
                List<ResultColumn> columns = ResultColumn.of(result.getMetaData());
                taker.columns(columns);
                while (result.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int i = 0; i < columns.size(); i++) {
                        values.add(columns.get(i).value(result, i + 1));
                    }
                    taker.row(values);
                }
            }
        }
    }
}
