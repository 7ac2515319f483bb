/// One plain request and its answer: which attempt is shown, in which order its parts are joined,
/// and when the request has to be cancelled. Knows only the JDK.
@NullMarked
package dev.millrace.ingress.answer;

import org.jspecify.annotations.NullMarked;
