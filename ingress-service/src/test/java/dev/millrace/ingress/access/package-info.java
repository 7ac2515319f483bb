/// The rules of the package of the same name, without any socket or broker.
@NullMarked
package dev.millrace.ingress.access;

import org.jspecify.annotations.NullMarked;
