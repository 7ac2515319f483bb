/// Requests whose outcome is kept: those with an idempotency key, which several callers may wait
/// for, and those whose answer is asked for later. The outcome gate decides; this instance follows
/// what it has decided.
@NullMarked
package dev.millrace.ingress.kept;

import org.jspecify.annotations.NullMarked;
