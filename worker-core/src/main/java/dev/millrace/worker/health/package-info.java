/// How the targets of a provider fare, as the calls that were made tell: what failed, how long it
/// took, and whether to go elsewhere for a while.
@NullMarked
package dev.millrace.worker.health;

import org.jspecify.annotations.NullMarked;
