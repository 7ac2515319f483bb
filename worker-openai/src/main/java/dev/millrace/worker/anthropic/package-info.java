/// Anthropic's Messages API: <https://platform.claude.com/docs/en/api/messages>.
@NullMarked
package dev.millrace.worker.anthropic;

import org.jspecify.annotations.NullMarked;
