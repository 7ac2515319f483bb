package dev.millrace.ingress.http;

import dev.millrace.ingress.answer.Exchange;
import java.time.Duration;

/// The times of the answering of requests.
///
/// @param bounds of each exchange
/// @param longestDeadline the most that a client may ask for
/// @param comment how often a stream that is silent says that it lives
public record Timing(Exchange.Bounds bounds, Duration longestDeadline, Duration comment) {}
