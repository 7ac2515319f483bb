/// What Google's two APIs, Gemini's and Vertex AI's, have in common for Google's models: the
/// requests and answers of `generateContent`. <https://ai.google.dev/api/generate-content>
@NullMarked
package dev.millrace.worker.google;

import org.jspecify.annotations.NullMarked;
