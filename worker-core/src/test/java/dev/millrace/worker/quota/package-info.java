@NullMarked
package dev.millrace.worker.quota;

import org.jspecify.annotations.NullMarked;
