/// AWS Bedrock through the AWS SDK: OpenAI's chat completions become Converse and ConverseStream,
/// embeddings become InvokeModel, and what comes back becomes OpenAI's answers and chunks again.
/// What Bedrock cannot express is rejected by name; nothing of the SDK is seen outside this
/// package.
@NullMarked
package dev.millrace.worker.bedrock;

import org.jspecify.annotations.NullMarked;
