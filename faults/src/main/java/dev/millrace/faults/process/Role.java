package dev.millrace.faults.process;

import java.util.Locale;

/// What a service does.
public enum Role {
    INGRESS,
    ROUTER,
    WORKER,
    ACCOUNTING;

    /// As `millrace serve` calls it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
