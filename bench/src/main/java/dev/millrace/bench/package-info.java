/// Measures a running `millrace up` from outside, as a client: added latency, time to the first
/// token, throughput, start time and memory. Compares within one run, because machines are shared
/// and noisy.
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
