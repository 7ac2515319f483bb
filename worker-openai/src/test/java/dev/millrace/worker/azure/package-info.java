@NullMarked
package dev.millrace.worker.azure;

import org.jspecify.annotations.NullMarked;
