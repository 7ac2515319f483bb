/// What a request has to be before it is accepted, and how a refusal is said: terms of the headers,
/// facts of the body, the memory that requests may take. Knows only the JDK.
@NullMarked
package dev.millrace.ingress.intake;

import org.jspecify.annotations.NullMarked;
