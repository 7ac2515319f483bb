/// What lives behind the log: the service instances, their pools, and the models that can be used
/// now. Knows only the JDK and the configuration.
@NullMarked
package dev.millrace.ingress.models;

import org.jspecify.annotations.NullMarked;
