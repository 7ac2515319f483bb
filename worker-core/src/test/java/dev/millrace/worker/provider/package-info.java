@NullMarked
package dev.millrace.worker.provider;

import org.jspecify.annotations.NullMarked;
