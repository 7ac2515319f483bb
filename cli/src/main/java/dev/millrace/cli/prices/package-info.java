/// Price lists as files: their formats, and what one changes of the prices in force. Knows the
/// prices, and no Kafka.
@NullMarked
package dev.millrace.cli.prices;

import org.jspecify.annotations.NullMarked;
