/// The pool that every worker shares, at the log's edge: it takes dispatches in, runs each on a
/// virtual thread, and sends replies, attempt records, reroutes and dead letters out. Everything of
/// the workers that knows Kafka and Avro is here.
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
