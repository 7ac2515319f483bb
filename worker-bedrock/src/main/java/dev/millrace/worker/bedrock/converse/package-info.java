/// The dialect of Converse: OpenAI's chat completions in its terms, and what it answers in theirs.
/// What it cannot express is rejected by name.
@NullMarked
package dev.millrace.worker.bedrock.converse;

import org.jspecify.annotations.NullMarked;
