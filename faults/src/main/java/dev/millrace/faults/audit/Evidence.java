package dev.millrace.faults.audit;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What the log holds, as a committed reader sees it. Grows as the log is read; for one thread.
final class Evidence {

    /// A record, and when the log took it.
    record At<V>(V value, Instant at) {}

    /// A request on the log.
    ///
    /// @param marker what its client wrote into it; empty where that cannot be read
    record Accepted(UUID id, String marker, Instant at) {}

    /// By request id; the first record of each.
    final Map<UUID, Accepted> requests = new LinkedHashMap<>();

    final List<At<Dispatch>> dispatches = new ArrayList<>();
    final List<At<Attempt>> attempts = new ArrayList<>();
    final List<At<Charge>> charges = new ArrayList<>();
    final List<At<DeadLetter>> deadLetters = new ArrayList<>();

    /// By topic and key; the newest of each.
    final Map<String, Map<String, Cost>> costs = new LinkedHashMap<>();
}
