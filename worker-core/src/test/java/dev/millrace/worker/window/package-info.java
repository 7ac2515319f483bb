@NullMarked
package dev.millrace.worker.window;

import org.jspecify.annotations.NullMarked;
