/// The client side of the `millrace` command: one class for each subcommand, and what they share.
/// Talks to a running gateway over its public HTTP API, to the log as any Kafka client, and to
/// nothing else of Millrace.
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
