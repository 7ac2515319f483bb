@NullMarked
package dev.millrace.worker.gemini;

import org.jspecify.annotations.NullMarked;
