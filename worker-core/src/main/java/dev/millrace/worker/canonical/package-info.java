/// The one canonical form: requests of OpenAI's API read into typed parts, and answers and chunks
/// written from what another provider said. Every dialect that is not OpenAI's translates from here
/// and to here; what a provider cannot express is refused by name, never changed in silence.
@NullMarked
package dev.millrace.worker.canonical;

import org.jspecify.annotations.NullMarked;
