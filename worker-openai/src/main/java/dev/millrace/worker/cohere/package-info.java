/// Cohere's API, second version: chat and embeddings. <https://docs.cohere.com/reference/chat>.
@NullMarked
package dev.millrace.worker.cohere;

import org.jspecify.annotations.NullMarked;
