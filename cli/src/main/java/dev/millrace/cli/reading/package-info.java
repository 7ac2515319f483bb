/// Reads topics as they stand: what was committed, from a place or a time to the end, and no
/// further. Knows Kafka, and nothing of what the records say.
@NullMarked
package dev.millrace.cli.reading;

import org.jspecify.annotations.NullMarked;
