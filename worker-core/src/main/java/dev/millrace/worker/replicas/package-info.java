/// Several servers that serve the same models as one provider: which of them a call goes to, and
/// what they are together (docs/decisions/018).
@NullMarked
package dev.millrace.worker.replicas;

import org.jspecify.annotations.NullMarked;
