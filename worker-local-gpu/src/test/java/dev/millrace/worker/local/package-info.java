@NullMarked
package dev.millrace.worker.local;

import org.jspecify.annotations.NullMarked;
