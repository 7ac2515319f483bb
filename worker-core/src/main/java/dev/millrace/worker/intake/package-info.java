/// What a pool remembers of the records that it took in: which offsets are open, so that what was
/// done out of order is not done again by the next owner, and which dispatches were seen, so that
/// one that the router sent twice runs once. Pure and single-threaded.
@NullMarked
package dev.millrace.worker.intake;

import org.jspecify.annotations.NullMarked;
