/// AWS Bedrock through the AWS SDK: how it is called, and how calls fail. Chat is said in the terms
/// of `converse`; embeddings become InvokeModel. Nothing of the SDK is seen outside.
@NullMarked
package dev.millrace.worker.bedrock;

import org.jspecify.annotations.NullMarked;
