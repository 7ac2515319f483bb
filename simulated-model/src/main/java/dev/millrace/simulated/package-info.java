/// A model server that speaks OpenAI's HTTP API and makes its answers up. It stands in for a
/// provider where none is configured, in tests and in benchmarks, and says in every answer that it
/// is simulated. Its latency, speed, failures and usage reports are settable while it runs, and it
/// counts the calls it was sent, so that they can be compared with what was charged.
@NullMarked
package dev.millrace.simulated;

import org.jspecify.annotations.NullMarked;
