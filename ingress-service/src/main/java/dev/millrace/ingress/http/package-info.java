/// The edge to HTTP: Spring WebFlux on Reactor Netty carries the connections, and each request is
/// worked on by a virtual thread of its own that a disconnect interrupts.
@NullMarked
package dev.millrace.ingress.http;

import org.jspecify.annotations.NullMarked;
