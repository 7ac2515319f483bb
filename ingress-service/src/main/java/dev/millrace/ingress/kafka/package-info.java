/// The edge to the log: requests, cancellations and heartbeats out; replies, heartbeats, costs and
/// the configuration in. The generated records stop here.
@NullMarked
package dev.millrace.ingress.kafka;

import org.jspecify.annotations.NullMarked;
