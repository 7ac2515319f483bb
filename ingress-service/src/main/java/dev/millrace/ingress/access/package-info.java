/// Who calls and what they may use: keys, tenants, model names. Knows only the JDK and the
/// configuration.
@NullMarked
package dev.millrace.ingress.access;

import org.jspecify.annotations.NullMarked;
