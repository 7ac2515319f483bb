@NullMarked
package dev.millrace.worker.anthropic;

import org.jspecify.annotations.NullMarked;
