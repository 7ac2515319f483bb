package dev.millrace.worker.http;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import java.util.List;
import java.util.Set;

/// What one kind of self-hosted server tells of itself at endpoints of its own. Belongs to one
/// provider and may remember what it saw. [#look] is called by one thread at a time, [#isCold] by
/// any.
///
/// A server that answers `/v1/models` serves. An endpoint of its own that is missing, slow or says
/// nonsense takes nothing away from that: only a server that says itself that it cannot serve is
/// [ProviderHealth.Down].
@FunctionalInterface
public interface ServerProbe {

    /// For providers that have no endpoints of their own.
    ServerProbe NONE = (listed, _, _) -> new ProviderHealth.Ready(listed);

    /// Asks, a few questions in sequence.
    ///
    /// @param listed the models that the server lists now
    /// @param called names of the models that were called since the last look
    /// @param questions takes the questions
    /// @return ready, with what the server says of the listed models and of its load; or down, with
    ///   the reason
    /// @throws InterruptedException if interrupted while waiting
    ProviderHealth look(List<ListedModel> listed, Set<String> called, ServerQuestions questions)
            throws InterruptedException;

    /// Whether a call to this model may have to wait until the server has loaded it, as far as the
    /// last look tells.
    default boolean isCold(String model) {
        return false;
    }
}
