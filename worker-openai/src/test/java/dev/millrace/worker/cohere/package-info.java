@NullMarked
package dev.millrace.worker.cohere;

import org.jspecify.annotations.NullMarked;
