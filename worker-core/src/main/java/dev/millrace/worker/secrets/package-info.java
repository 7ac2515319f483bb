/// Looks behind the references that the configuration has for secrets. Nothing but a worker does,
/// and what is found goes nowhere but into the calls to its provider.
@NullMarked
package dev.millrace.worker.secrets;

import org.jspecify.annotations.NullMarked;
