/// How many attempts run at once at one provider, and which lane gets the next slot. Pure and
/// single-threaded: a pool's polling thread owns these, and passes the time in.
@NullMarked
package dev.millrace.worker.window;

import org.jspecify.annotations.NullMarked;
