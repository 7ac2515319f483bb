package dev.millrace.worker.provider;

import java.util.List;

/// Calls models at one provider. Thread-safe: a pool calls [#attempt] from as many virtual threads
/// as its window is wide.
public interface Provider extends AutoCloseable {

    /// Makes one call to the model and returns how it ended; retrying is the pool's. Everything
    /// that an upstream can do wrong is an [Outcome], never an exception.
    ///
    /// Interrupting the thread cancels the call: the upstream connection is closed at once, and the
    /// outcome is [Outcome.Cancelled] with what was used until then.
    ///
    /// @param call what to ask
    /// @param deadline bounds every wait
    /// @param replies takes the chunks of a streamed answer, in order, from this thread
    /// @throws InterruptedException if interrupted before the call began, when nothing was used
    Outcome attempt(Call call, Deadline deadline, ReplySink replies) throws InterruptedException;

    /// Asks the cheapest authorised question that there is: whether the provider is up, takes the
    /// credential, and which models it serves.
    ///
    /// @throws InterruptedException if interrupted while waiting
    ProviderHealth probe() throws InterruptedException;

    /// How its servers fare, where it has several.
    default List<ServerReport> servers() {
        return List.of();
    }

    /// Closes its connections. Calls under way end as unavailable.
    @Override
    void close();
}
