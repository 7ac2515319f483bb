package dev.millrace.worker.kafka;

import dev.millrace.topics.Topics;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What the runs of one pool share.
record RunParts(
        WorkerSettings settings,
        Topics topics,
        Outbox outbox,
        AttemptLog attempts,
        DeadLetters deadLetters,
        CallerTopics callerTopics,
        Cancellations cancellations,
        ConfigView config,
        ProviderSlot provider,
        ProviderWatch watch,
        RandomGenerator random) {

    InstantSource clock() {
        return settings.clock();
    }
}
