/// Google Cloud's Vertex AI: Google's models as the Gemini API has them, and Anthropic's as the
/// Messages API has them, under Vertex AI's paths and with Google Cloud's tokens.
/// <https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference>,
/// <https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai>
@NullMarked
package dev.millrace.worker.vertex;

import org.jspecify.annotations.NullMarked;
