@NullMarked
package dev.millrace.worker.bedrock.converse;

import org.jspecify.annotations.NullMarked;
