package dev.millrace.ingress.kept;

import java.util.Locale;

/// Where a request stands whose outcome is kept.
public enum RequestState {
    QUEUED,
    DISPATCHED,
    RUNNING,
    COMPLETED,
    FAILED,
    EXPIRED,
    CANCELLED;

    /// Whether it is an outcome, which nothing changes any more.
    public boolean terminal() {
        return switch (this) {
            case QUEUED, DISPATCHED, RUNNING -> false;
            case COMPLETED, FAILED, EXPIRED, CANCELLED -> true;
        };
    }

    /// The word in the API: `queued`, `dispatched`, …
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
