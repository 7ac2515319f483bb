/// The rules of the ledger: what an attempt used, what that costs, which buckets it falls into, how
/// sums change, and how far back an attempt is recognised. Pure; knows the JDK and the prices.
@NullMarked
package dev.millrace.accounting.ledger;

import org.jspecify.annotations.NullMarked;
