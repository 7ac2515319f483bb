@NullMarked
package dev.millrace.worker.validation;

import org.jspecify.annotations.NullMarked;
