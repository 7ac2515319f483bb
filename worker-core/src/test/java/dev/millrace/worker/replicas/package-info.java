@NullMarked
package dev.millrace.worker.replicas;

import org.jspecify.annotations.NullMarked;
