/// HTTP to upstream model servers over Micronaut's client: one request, an answer that is read in
/// pieces with a limit on each wait, and a connection that closes at once when the call is given
/// up. Everything that knows Micronaut, Reactor and Netty is here.
@NullMarked
package dev.millrace.worker.transport;

import org.jspecify.annotations.NullMarked;
