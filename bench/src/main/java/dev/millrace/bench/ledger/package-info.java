/// Measures the ledger: the accounting service itself, on an embedded broker in the same process.
@NullMarked
package dev.millrace.bench.ledger;

import org.jspecify.annotations.NullMarked;
