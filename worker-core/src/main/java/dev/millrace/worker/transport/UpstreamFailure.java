package dev.millrace.worker.transport;

import java.io.Serial;

/// An HTTP exchange that did not come to its end.
public final class UpstreamFailure extends Exception {
    @Serial private static final long serialVersionUID = 1;

    /// What went wrong.
    public enum Kind {
        /// No connection: the upstream has not seen the request.
        NOT_REACHED,
        /// The connection broke: the upstream may have seen the request.
        BROKEN,
        /// The wait ran out.
        TIMED_OUT,
        /// The answer is larger than what is read of one.
        TOO_LARGE
    }

    private final Kind kind;

    /// @param reason for the log and for operators
    public UpstreamFailure(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
