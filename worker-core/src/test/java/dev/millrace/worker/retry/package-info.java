@NullMarked
package dev.millrace.worker.retry;

import org.jspecify.annotations.NullMarked;
