@NullMarked
package dev.millrace.worker.dialect;

import org.jspecify.annotations.NullMarked;
