/// Clients of every kind, and what each of them was told.
@NullMarked
package dev.millrace.faults.load;

import org.jspecify.annotations.NullMarked;
