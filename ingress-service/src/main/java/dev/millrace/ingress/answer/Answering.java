package dev.millrace.ingress.answer;

import java.time.Duration;

/// The answering of one request, step by step. To be used by one thread; interrupting that thread
/// means that the client has gone.
public interface Answering extends AutoCloseable {

    /// What the client is to see next. After [Step.Completed] or [Step.Failed] there is no more.
    ///
    /// @param patience after which [Step.Quiet] is returned
    /// @throws InterruptedException if the client has gone
    Step next(Duration patience) throws InterruptedException;

    @Override
    void close();
}
