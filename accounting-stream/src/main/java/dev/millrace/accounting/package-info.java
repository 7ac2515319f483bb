/// The accounting service: starts the topology that charges provider calls and sums the charges,
/// the prices that it follows, and its heartbeat.
@NullMarked
package dev.millrace.accounting;

import org.jspecify.annotations.NullMarked;
