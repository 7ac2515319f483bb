@NullMarked
package dev.millrace.worker.transport;

import org.jspecify.annotations.NullMarked;
