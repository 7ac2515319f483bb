/// The identities of the log: request, dispatch and charge ids, and how each is derived. Knows only
/// the JDK.
@NullMarked
package dev.millrace.identity;

import org.jspecify.annotations.NullMarked;
