@NullMarked
package dev.millrace.worker.health;

import org.jspecify.annotations.NullMarked;
