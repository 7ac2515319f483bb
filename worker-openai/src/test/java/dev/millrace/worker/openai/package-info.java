@NullMarked
package dev.millrace.worker.openai;

import org.jspecify.annotations.NullMarked;
