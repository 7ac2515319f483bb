package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.AcceptedRequest;

/// The log, as it is told of requests whose outcome is kept.
public interface KeptRequests {

    /// Tells the outcome gate of a request that the log has and whose answer is asked for later,
    /// before the router has taken it. Returns before the log has it; where it is lost, the gate
    /// hears of the request from the router.
    void accepted(AcceptedRequest request);

    /// Asks the outcome gate to end a request as cancelled, and every service to end its work on
    /// it. Returns before the log has it; what cannot be sent is logged.
    void cancel(KeptResult request);
}
