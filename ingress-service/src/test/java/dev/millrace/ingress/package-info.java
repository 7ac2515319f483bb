/// The ingress from outside: real sockets in front of it, a real broker behind it.
@NullMarked
package dev.millrace.ingress;

import org.jspecify.annotations.NullMarked;
