/// The ledger summed anew from its records, with arithmetic that it does not share with the
/// accounting service. Knows the records, and no Kafka.
@NullMarked
package dev.millrace.cli.ledger;

import org.jspecify.annotations.NullMarked;
