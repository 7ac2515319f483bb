/// One process that is all of Millrace: an embedded broker, every service, and a simulated model
/// where no provider is configured. The only module that sees the others.
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
