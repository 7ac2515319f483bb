/// The Kafka Streams topology: records in, records out.
@NullMarked
package dev.millrace.router.stream;

import org.jspecify.annotations.NullMarked;
