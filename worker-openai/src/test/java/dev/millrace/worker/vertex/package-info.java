@NullMarked
package dev.millrace.worker.vertex;

import org.jspecify.annotations.NullMarked;
