@NullMarked
package dev.millrace.worker.local.servers;

import org.jspecify.annotations.NullMarked;
