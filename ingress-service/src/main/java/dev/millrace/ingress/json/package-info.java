/// The edge to JSON: the streaming check of a request body, and the writer of every answer.
@NullMarked
package dev.millrace.ingress.json;

import org.jspecify.annotations.NullMarked;
