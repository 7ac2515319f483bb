/// Google's Gemini API: <https://ai.google.dev/api/generate-content>. Vertex AI has the same
/// requests and answers for Google's models, under other paths.
@NullMarked
package dev.millrace.worker.gemini;

import org.jspecify.annotations.NullMarked;
