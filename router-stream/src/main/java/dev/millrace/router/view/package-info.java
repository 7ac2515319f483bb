/// What the router sees of the rest of Millrace: the pools' heartbeats, the Kafka callers' reply
/// topics, and the routing table that they and the configuration give.
@NullMarked
package dev.millrace.router.view;

import org.jspecify.annotations.NullMarked;
