/// The router service: starts the topology, the views that it routes by, and its heartbeat.
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
