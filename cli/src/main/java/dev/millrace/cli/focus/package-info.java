/// Charges as rows of FOCUS 1.2, the FinOps Open Cost and Usage Specification. Knows the records,
/// and no Kafka.
@NullMarked
package dev.millrace.cli.focus;

import org.jspecify.annotations.NullMarked;
