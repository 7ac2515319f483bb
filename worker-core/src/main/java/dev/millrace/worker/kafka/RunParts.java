package dev.millrace.worker.kafka;

import dev.millrace.configuration.pricebook.PriceBook;
import dev.millrace.topics.CancelledRequests;
import dev.millrace.topics.Topics;
import dev.millrace.worker.health.ProviderTargets;
import dev.millrace.worker.quota.QuotaShare;
import dev.millrace.worker.retry.RetryBudget;
import dev.millrace.worker.validation.AnswerForms;
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
        CancelledRequests cancelled,
        ConfigView config,
        PriceBook prices,
        ProviderSlot provider,
        ProviderWatch watch,
        RetryBudget retries,
        QuotaShare quota,
        ProviderTargets targets,
        AnswerForms forms,
        RandomGenerator random) {

    InstantSource clock() {
        return settings.clock();
    }

    /// Whether the request itself or the batch that it belongs to was cancelled.
    boolean isCancelled(TakenDispatch taken) {
        String batch = taken.batchId();
        return cancelled.contains(taken.requestId())
                || (batch != null && cancelled.contains(batch));
    }
}
