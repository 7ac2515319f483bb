/// The table of what was found.
@NullMarked
package dev.millrace.faults.report;

import org.jspecify.annotations.NullMarked;
