/// What the topologies of the services run on: the settings of Kafka Streams and how it is started,
/// the bounds of its stores' memory, and what stores are made of. Knows nothing of what a topology
/// decides.
@NullMarked
package dev.millrace.topology;

import org.jspecify.annotations.NullMarked;
