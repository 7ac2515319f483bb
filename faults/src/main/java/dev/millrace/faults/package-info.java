/// The fault suite: real processes, killed under load, and an audit of what became of it.
@NullMarked
package dev.millrace.faults;

import org.jspecify.annotations.NullMarked;
