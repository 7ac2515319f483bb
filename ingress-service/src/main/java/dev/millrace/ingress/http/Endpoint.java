package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refused;

/// Answers requests of one kind, each on a virtual thread of its own, one statement after the
/// other.
@FunctionalInterface
interface Endpoint {

    /// Answers one request.
    ///
    /// @throws Refused to answer with an error, as long as nothing has been sent
    /// @throws InterruptedException if the client has gone
    void handle(Call call, Responder to) throws Refused, InterruptedException;
}
