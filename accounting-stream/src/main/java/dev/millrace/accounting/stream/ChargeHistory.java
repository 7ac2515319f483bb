package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Knows what was charged before. Thread-safe.
public interface ChargeHistory {

    /// Starts to read the charges of a partition, up to those that the log has now, and returns
    /// without waiting.
    ///
    /// @param since charges of attempts that ended before are not needed
    /// @param offset where an earlier reading came to; null to begin with `since`
    /// @param wanted which charges to hand out; called on another thread
    Reading read(
            int partition, Instant since, @Nullable Long offset, Predicate<? super Charge> wanted);

    /// A reading under way. For one thread.
    interface Reading extends AutoCloseable {

        /// The next charges in the log's order, as many as are at hand. Those that a reversal has
        /// taken back are left out.
        List<Standing> next(int most);

        /// How far the reading has come.
        Progress progress();

        @Override
        void close();
    }

    /// How far a reading has come.
    enum Progress {
        /// There may be more.
        UNDER_WAY,
        /// Everything was handed out.
        COMPLETE,
        /// The log could not be read to the end.
        FAILED
    }

    /// A charge that no reversal has taken back.
    ///
    /// @param next the offset behind it
    record Standing(Charge charge, long next) {}
}
