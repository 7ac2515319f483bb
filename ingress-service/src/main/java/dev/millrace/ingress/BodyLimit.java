package dev.millrace.ingress;

import dev.millrace.topics.TopicLayout;

/// How long a request body may be: what the topics take, less room for the envelope.
final class BodyLimit {

    private static final int ENVELOPE_BYTES = 256 * 1024;

    private BodyLimit() {}

    /// The limit in bytes; 8 MiB unless the topics are laid out otherwise.
    static long of(TopicLayout layout) {
        return Math.max(layout.maxRecordBytes() - ENVELOPE_BYTES, ENVELOPE_BYTES);
    }
}
