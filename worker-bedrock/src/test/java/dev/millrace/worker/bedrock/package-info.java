@NullMarked
package dev.millrace.worker.bedrock;

import org.jspecify.annotations.NullMarked;
