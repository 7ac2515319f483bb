/// Compares what clients were told, what the provider counted and what the log holds. Shares no
/// code with the accounting service.
@NullMarked
package dev.millrace.faults.audit;

import org.jspecify.annotations.NullMarked;
