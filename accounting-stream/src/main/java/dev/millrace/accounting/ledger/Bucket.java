package dev.millrace.accounting.ledger;

import java.time.Instant;

/// One hour, day or month, in UTC. Made by [BucketLength#at].
///
/// @param length how long it is
/// @param start when it starts
public record Bucket(BucketLength length, Instant start) {

    /// As keys name it: `hour-2026-05-01T12`, `day-2026-05-01`, `month-2026-05`.
    public String label() {
        return length.label(start);
    }
}
