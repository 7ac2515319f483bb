package dev.millrace.ingress.kept;

import dev.millrace.ingress.intake.Refused;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// What the outcome gate has decided, as far as this instance has read it. Thread-safe.
public interface KeptResults {

    /// Where a request stands, with the whole body of its outcome.
    ///
    /// @return empty if nothing is known of it, or no longer
    /// @throws Refused if the log does not tell
    Optional<KeptResult> read(UUID requestId) throws Refused, InterruptedException;

    /// Whether everything has been read that was decided before this instance started.
    boolean caughtUp();

    /// Tells of every change of a request from now on, on the reading thread: `listener` must not
    /// block. Of a body of several parts only the first is told.
    Watch watch(UUID requestId, Consumer<KeptResult> listener);

    /// A listener that is told.
    interface Watch extends AutoCloseable {

        /// It is told no more.
        @Override
        void close();
    }
}
