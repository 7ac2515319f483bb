package dev.millrace.ingress.http;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.Answering;
import dev.millrace.ingress.answer.Exchange;
import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.answer.RequestLog;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.kept.KeptExchange;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.ingress.kept.LaterAnswer;
import java.time.Duration;
import java.time.InstantSource;

/// Puts accepted requests on the log, each in the way that its terms ask for.
///
/// @param log where plain requests go
/// @param pending who waits for replies
/// @param links what requests whose outcome is kept are handled with
/// @param clock tells the time
/// @param timing of the answering
record Answers(
        RequestLog log,
        PendingAnswers pending,
        KeptExchange.Links links,
        InstantSource clock,
        Timing timing) {

    /// Starts to wait for the answer to a request.
    ///
    /// @param onLog called once, on any thread, when the body is needed no longer
    /// @throws Refused if the log takes nothing, or the idempotency key was used for another body
    Answering open(AcceptedRequest request, Runnable onLog) throws Refused, InterruptedException {
        return request.keeping() == null
                ? Exchange.open(request, log, pending, clock, timing.bounds(), onLog)
                : KeptExchange.open(request, links, clock, timing.bounds(), onLog);
    }

    /// Puts a request on the log whose answer is asked for later. Returns when the log has it.
    ///
    /// @param onLog called once, when the body is needed no longer
    /// @throws Refused as above
    KeptResult later(AcceptedRequest request, Runnable onLog) throws Refused, InterruptedException {
        return LaterAnswer.submit(request, links, onLog);
    }

    Duration longestDeadline() {
        return timing.longestDeadline();
    }

    Duration comment() {
        return timing.comment();
    }
}
