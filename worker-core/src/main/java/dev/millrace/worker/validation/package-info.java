/// Whether an answer is the JSON that its request asks for by `response_format`, and what the model
/// is told where it is not. Nothing is fetched, and what a check may cost is bounded: where it
/// would cost more, or cannot be made, the answer counts as it came.
@NullMarked
package dev.millrace.worker.validation;

import org.jspecify.annotations.NullMarked;
