/// OpenAI's models on Azure: OpenAI's own form below deployments, and tokens of Entra ID in place
/// of a key. <https://learn.microsoft.com/azure/ai-services/openai/reference>.
@NullMarked
package dev.millrace.worker.azure;

import org.jspecify.annotations.NullMarked;
