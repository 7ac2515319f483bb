/// The Kafka Streams topology: attempts in; charges, costs and dead letters out, exactly once.
@NullMarked
package dev.millrace.accounting.stream;

import org.jspecify.annotations.NullMarked;
