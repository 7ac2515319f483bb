/// Cloud APIs over HTTPS: OpenAI's own, and any other that speaks its dialect.
@NullMarked
package dev.millrace.worker.openai;

import org.jspecify.annotations.NullMarked;
