/// Self-hosted model servers: vLLM, llama.cpp, Ollama, LM Studio, LocalAI and Hugging Face's,
/// through OpenAI's dialect, and the discovery of those that run on this machine.
@NullMarked
package dev.millrace.worker.local;

import org.jspecify.annotations.NullMarked;
