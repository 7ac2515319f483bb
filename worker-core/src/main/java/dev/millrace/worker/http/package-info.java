/// Providers that are reached over HTTP: one call from its request to its outcome, whatever the
/// provider speaks. A [Dialect] knows the words; the waits, the stream's pieces, errors,
/// credentials and the cancelled call are here, once for all of them.
@NullMarked
package dev.millrace.worker.http;

import org.jspecify.annotations.NullMarked;
