/// The HTTP service of Millrace. [dev.millrace.ingress.Ingress] starts it: a Spring Boot web server
/// context with a handful of beans and no class path scanning, no property files and no logging
/// system of its own, so that it can live in another process without changing it.
@NullMarked
package dev.millrace.ingress;

import org.jspecify.annotations.NullMarked;
