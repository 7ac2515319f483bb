/// The routing topology: requests and reroutes in; dispatches, failed replies and what the outcome
/// gate is told out.
@NullMarked
package dev.millrace.router.stream;

import org.jspecify.annotations.NullMarked;
