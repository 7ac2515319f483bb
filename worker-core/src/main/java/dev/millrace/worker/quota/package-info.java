/// What a provider lets all workers together ask of it in a minute, shared out by partitions: a
/// worker that owns k of the N partitions of a provider's dispatch topics may spend k/N of it. No
/// worker asks another, and nothing but the commits of the partitions carries what was spent.
@NullMarked
package dev.millrace.worker.quota;

import org.jspecify.annotations.NullMarked;
