/// Which target serves a request, and why: a pure function of the request's classification, the
/// configuration and what the worker pools say of themselves. Knows only the JDK.
@NullMarked
package dev.millrace.router.routing;

import org.jspecify.annotations.NullMarked;
