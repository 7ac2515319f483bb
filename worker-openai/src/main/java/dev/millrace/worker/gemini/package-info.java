/// Google's Gemini API: <https://ai.google.dev/api>.
@NullMarked
package dev.millrace.worker.gemini;

import org.jspecify.annotations.NullMarked;
