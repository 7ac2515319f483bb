/// The outcome gate: a topology that reads what happens to the requests whose outcome is kept, and
/// lets each have one outcome, exactly once.
@NullMarked
package dev.millrace.router.outcome;

import org.jspecify.annotations.NullMarked;
