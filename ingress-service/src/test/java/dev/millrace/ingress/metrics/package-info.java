/// The rules of the package of the same name, without any socket or broker.
@NullMarked
package dev.millrace.ingress.metrics;

import org.jspecify.annotations.NullMarked;
