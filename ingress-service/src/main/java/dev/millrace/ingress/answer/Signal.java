package dev.millrace.ingress.answer;

import dev.millrace.ingress.intake.Refusal;

/// What can happen to a request that waits for its answer.
public sealed interface Signal {

    /// A record of the reply topic.
    record Arrived(ReplyPart part) implements Signal {}

    /// A record of the reply topic that cannot be read.
    record Unreadable() implements Signal {}

    /// The log did not take the request.
    record NotPublished(Refusal refusal) implements Signal {}

    /// More came than the client took.
    record Overflowed() implements Signal {}

    /// The ingress stops, and has no more time for the answer.
    record Stopping() implements Signal {}
}
