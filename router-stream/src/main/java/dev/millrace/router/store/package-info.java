/// What the state stores of both topologies are made with: keys, entries in the order of a time,
/// and the bounds of RocksDB's memory.
@NullMarked
package dev.millrace.router.store;

import org.jspecify.annotations.NullMarked;
