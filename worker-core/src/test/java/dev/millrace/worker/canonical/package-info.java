@NullMarked
package dev.millrace.worker.canonical;

import org.jspecify.annotations.NullMarked;
