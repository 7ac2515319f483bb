@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
