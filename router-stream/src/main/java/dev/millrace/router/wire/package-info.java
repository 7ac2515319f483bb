/// What the router's two topologies have in common where records come in and go out: decoding, dead
/// letters, the way to a Kafka caller, and the one sink.
@NullMarked
package dev.millrace.router.wire;

import org.jspecify.annotations.NullMarked;
