@NullMarked
package dev.millrace.worker.google;

import org.jspecify.annotations.NullMarked;
