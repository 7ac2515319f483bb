/// The ledger's topics as tables of an embedded DuckDB: columns derived from the records' schemas,
/// and a database that reaches neither files nor the network.
@NullMarked
package dev.millrace.cli.analysis;

import org.jspecify.annotations.NullMarked;
