/// What becomes of a request after an attempt: it is answered, tried again here, or given back to
/// the router for another target. Pure: clocks and jitter are passed in.
@NullMarked
package dev.millrace.worker.retry;

import org.jspecify.annotations.NullMarked;
