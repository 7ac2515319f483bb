/// The contract that every provider of OpenAI's dialect keeps, as a test to extend, with a fake
/// upstream that answers byte for byte what it is told.
@NullMarked
package dev.millrace.worker.contract;

import org.jspecify.annotations.NullMarked;
