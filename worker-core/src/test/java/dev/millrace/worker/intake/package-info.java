@NullMarked
package dev.millrace.worker.intake;

import org.jspecify.annotations.NullMarked;
